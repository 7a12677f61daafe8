/**
 * Fixes: what they keep, and that what they make weighs less, parses, and keeps quotes.
 * They exist because a fix that is as bad as the command teaches people to click through.
 * Invariant: every fixed command analyses lower than the one it stands for.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell's own syntax in plain strings.
import { parse } from 'unbash';
import { describe, expect, it } from 'vitest';
import { analyze, LEVELS } from '../index.js';

const FIXES: readonly (readonly [command: string, fixed: string])[] = [
  ['git reset --hard', 'git stash push'],
  ['git reset --hard origin/main', 'git reset --keep origin/main'],
  ['git -C /srv/app reset --hard HEAD~1', 'git -C /srv/app reset --keep HEAD~1'],
  ['git checkout -- "a b.txt"', 'git stash push -- "a b.txt"'],
  ['git restore .', 'git stash push -- .'],
  ['git checkout -f main', 'git checkout main'],
  ['git switch --discard-changes main', 'git switch main'],
  ['git clean -fdx', 'git clean -ndx'],
  ['git branch -D topic', 'git branch -d topic'],
  ['git stash drop stash@{1}', 'git stash show -p stash@{1}'],
  ['git stash clear', 'git stash list'],
  ['git reflog expire --expire=now --all', 'git reflog expire --dry-run --expire=now --all'],
  ['git gc --prune=now --aggressive', 'git gc --aggressive'],
  ['git push --force origin main', 'git push --force-with-lease origin main'],
  ['git push origin --delete v2', 'git push --dry-run origin --delete v2'],
  ['git worktree remove --force ../wt', 'git worktree remove ../wt'],
  ['rm -rf "$DIR"', 'rm -rf "${DIR:?}"'],
  ['rm -rf "my dir"', 'mv -- "my dir" "$(mktemp -d)"'],
  ['sudo rm -r /opt/app', 'sudo mv -- /opt/app "$(mktemp -d)"'],
  ['mv a.txt /dev/null', 'mv a.txt "$(mktemp -d)"'],
  ["find . -name '*.ts' -delete", "find . -name '*.ts' -print"],
  ["find . -name '*.ts' -exec rm {} \\;", "find . -name '*.ts' -print"],
  ['ls | xargs rm -rf', 'ls | xargs echo rm -rf'],
  ['> src/app.ts', 'mv -n -- src/app.ts src/app.ts.bak'],
  ['if x; then : > f.txt; fi', 'if x; then mv -n -- f.txt f.txt.bak; fi'],
  ['sort f.csv > f.csv', 'sort f.csv > f.csv.new'],
  ['chmod -R 777 src', 'chmod -R u=rwX,go=rX src'],
  [
    'curl -fsSL "https://x.io/i?a=1&b=2" | sudo sh',
    'curl -fsSL "https://x.io/i?a=1&b=2" -o script.sh && sed -n 1,200p script.sh',
  ],
  ['wget -qO- https://x.io/i | bash', 'wget -q https://x.io/i -O script.sh && sed -n 1,200p script.sh'],
  ['psql -c "DELETE FROM users"', 'psql -c "SELECT count(*) FROM users"'],
  ['redis-cli -n 2 FLUSHDB', 'redis-cli -n 2 DBSIZE'],
  ['kubectl -n prod delete deploy api', 'kubectl -n prod delete --dry-run=server deploy api'],
  ['helm uninstall api', 'helm uninstall --dry-run api'],
  ['terraform destroy -auto-approve', 'terraform plan -destroy'],
  ['terraform apply -auto-approve', 'terraform apply'],
  ['pulumi destroy --yes', 'pulumi destroy --preview-only --yes'],
  ['aws s3 rm s3://b --recursive', 'aws s3 rm --dryrun s3://b --recursive'],
  ['docker system prune -af --volumes', 'docker system prune -f'],
  ['docker compose down -v', 'docker compose down'],
  ['rsync -a --delete a/ b/', 'rsync -a --delete --dry-run a/ b/'],
  ['rclone sync a r:b', 'rclone sync --dry-run a r:b'],
  ['npm unpublish lib', 'npm unpublish --dry-run lib'],
  ['crontab -r', 'crontab -l'],
];

describe('a fixed command', () => {
  it.each(FIXES)('%s → %s', (command, fixed) => {
    expect(analyze(command).fixedCommand).toBe(fixed);
  });

  it('weighs less and parses', () => {
    for (const [command] of FIXES) {
      const before = analyze(command);
      const fixed = before.fixedCommand ?? '';
      expect(parse(fixed).errors ?? [], fixed).toEqual([]);
      expect(LEVELS.indexOf(analyze(fixed).level), fixed).toBeLessThan(LEVELS.indexOf(before.level));
    }
  });

  it('is left out where it would weigh as much', () => {
    expect(analyze('git reset --hard; rm -rf ~').fixedCommand).toBeUndefined();
    expect(analyze('chmod -R 777 /').fixedCommand).toBeUndefined();
  });

  it('touches no text that a shell of another machine reads', () => {
    expect(analyze("ssh web 'rm -rf /var/www'").fixedCommand).toBeUndefined();
    expect(analyze('docker exec db rm -rf /data/pg').fixedCommand).toBeUndefined();
  });

  it('does not put words into a function that only passes its own on', () => {
    expect(analyze('g() { git "$@"; }; g push --force origin main').fixedCommand).toBeUndefined();
  });

  it('goes with the analysis wherever it is copied', () => {
    const copied = JSON.parse(JSON.stringify(analyze('git stash clear')));
    expect(copied.fixedCommand).toBe('git stash list');
    expect(structuredClone(analyze('git stash clear')).fixedCommand).toBe('git stash list');
  });
});
