/** What is too much to look at is told apart from what merely cannot be known, and no padding hides a command from the guard. */
import { describe, expect, it } from 'vitest';
import { analyze } from '../analysis/index.js';
import { guard } from './index.js';

const here = { home: '/home/user', cwd: '/home/user/project', repository: '/home/user/project' };
const codes = (command: string) => analyze(command, here).findings.map(({ code }) => code);
const decided = (command: string) => guard(analyze(command, here)).decision;
const last = 'rm -rf ~';

describe('padding before a destructive command', () => {
  it.each([
    ['two hundred commands', `${'true;'.repeat(200)}${last}`],
    ['a long word', `: ${'a'.repeat(33_000)}; ${last}`],
    ['a long here-document', `cat > f <<'EOF'\n${'x\n'.repeat(100_000)}EOF\n${last}`],
  ])('is looked through: %s', (_, command) => {
    expect(codes(command)).toContain('delete-home');
  });

  it.each([
    ['too-large', 'thousands of commands', `${'true;'.repeat(3_000)}${last}`],
    ['too-large', 'an odd count of steps', `a=b; ${'true;'.repeat(3_000)}${last}`],
    ['too-large', 'calls of a function', `f(){ ${'true;'.repeat(50)}}; ${'f;'.repeat(3_000)}${last}`],
    [
      'too-large',
      'text run again and again',
      `x='${'true;'.repeat(1_500)}'; ${'eval "$x";'.repeat(99)}${last}`,
    ],
    ['too-large', 'assignments', `${'a=b '.repeat(15_000)}true; ${last}`],
    ['too-large', 'words', `xargs ${'a '.repeat(600)}rm -rf ~`],
    ['too-large', 'redirections', `cat ${'<a '.repeat(100)}> ~/.bashrc`],
    ['too-large', 'a very long word', `: ${'a'.repeat(100_000)}; ${last}`],
    ['too-large', 'more than is parsed', `: ${'a'.repeat(1_200_000)}; ${last}`],
    ['too-large', 'a shell’s here-document', `bash <<'EOF'\n${'true;\n'.repeat(40_000)}${last}\nEOF\n`],
    ['too-large', 'what only looks like a here-document', `((1<<'A'))\n${'true;\n'.repeat(12_000)}${last}`],
    ['too-deep', 'conditions', `${'if true; then '.repeat(200)}${last};${' fi;'.repeat(200)}`],
    ['too-deep', 'subshells', `${'( '.repeat(30)}${last}${' )'.repeat(30)}`],
    ['too-deep', 'brackets', `${'$('.repeat(60)}${last}${')'.repeat(60)}`],
    ['too-deep', 'wrappers', `${'env '.repeat(100)}${last}`],
  ])('asks: %s, %s', (code, _, command) => {
    expect(codes(command)).toContain(code);
    expect(decided(command)).toBe('ask');
    expect(guard(analyze(command, here), { permissionMode: 'bypassPermissions' }).decision).toBe('deny');
  });

  it('is told however many findings there are', () => {
    const found = codes(`${'rm -rf ~;'.repeat(40)}${'true;'.repeat(3_000)}`);
    expect(found).toContain('too-large');
  });
});

describe('what an agent writes', () => {
  const code = 'const a = { b: [1, "x"] }; // `q` it\'s $x {{((\n'.repeat(6_000);

  it.each([
    ['cat', `cat > src/a.ts <<'EOF'\n${code}EOF\n`],
    ['tee', `tee src/a.ts <<"EOF" > /dev/null\n${code}EOF`],
    ['with tabs', `cat <<-\\EOF > src/a.ts\n${code}\tEOF\n`],
    ['two of them', `cat > a <<'A' && cat > b <<'B'\n${code}A\n${code}B\n`],
  ])('passes, however long its here-document is: %s', (_, command) => {
    expect(codes(command)).not.toContain('too-large');
    expect(decided(command)).toBe('none');
  });

  it('does not ask for what merely cannot be known', () => {
    expect(analyze('bash -c "$x"', here).level).toBe('unknown');
    expect(decided('bash -c "$x"')).toBe('none');
  });
});
