/**
 * A git repository with habits, made in one `git fast-import`.
 * It exists so that a bench asks real questions of a real history, on any machine, in under a second.
 * Invariant: the same arguments make the same commits.
 */
import { execFileSync } from 'node:child_process';

export interface MadeRepository {
  readonly root: string;
  /** Files of the work tree, each with a partner it usually changes with. */
  readonly paths: readonly string[];
}

const epoch = Date.parse('2026-01-01T00:00:00Z') / 1000;

/** Makes `commits` commits over `modules` pairs of a source file and its test. */
export function makeRepository(root: string, modules = 64, commits = 640): MadeRepository {
  const paths: string[] = [];
  for (let i = 0; i < modules; i += 1)
    paths.push(`src/module-${i}/part-${i}.ts`, `test/module-${i}/part-${i}.test.ts`);
  let stream = '';
  for (let round = 0; round < commits; round += 1) {
    const module = (round * 7) % modules;
    const touched = [paths[2 * module], paths[2 * module + 1]];
    if (round % 3 === 0) touched.push(paths[(2 * module + 8) % paths.length]);
    const message = `change module ${module}, round ${round}`;
    stream += `commit refs/heads/main\ncommitter Ada <ada@example.org> ${epoch + round * 3600} +0000\ndata ${message.length}\n${message}\n`;
    for (const path of touched) {
      const text = `export const version = ${round};\n`;
      stream += `M 100644 inline ${path}\ndata ${text.length}\n${text}`;
    }
    stream += '\n';
  }
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  execFileSync('git', ['init', '-q', '-b', 'main', root], { env });
  execFileSync('git', ['fast-import', '--quiet'], { cwd: root, env, input: stream });
  execFileSync('git', ['reset', '-q', '--hard', 'main'], { cwd: root, env });
  return { root, paths };
}
