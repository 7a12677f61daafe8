/**
 * Names in code of other languages, written out: aliases of imports, destructured requires, attributes by string.
 * It exists because `from os import system as s; s('…')` names no call that a reader of names would know.
 * Invariant: only modules that change files or start processes are followed; all other text stays as it is.
 */
const MODULES =
  'os|posix|nt|shutil|subprocess|pathlib|pty|signal|glob|asyncio|fs|fs/promises|fs-extra|child_process|process|rimraf|del|execa|shelljs|urllib\\.request|requests';
const MODULE = new RegExp(`^(?:node:)?(?:${MODULES})$`);
const HINT =
  /__import__|importlib|getattr|require|\bfrom\b|\bas\b|\bimport\s*[({*\w]+[^;\n]*from|=\s*(?:os|shutil|subprocess)\.|\[\s*['"]\w+['"]\s*\]\s*\(|import\s*\(/;
const MAX_ALIASES = 16;

export function spelledOut(code: string): string {
  if (!HINT.test(code)) return code;
  let text = code
    .replaceAll(/(\brequire\(\s*['"](?:node:)?fs['"]\s*\))\.promises\b/g, '$1')
    .replaceAll(
      /__import__\(\s*['"]([\w.]+)['"]\s*\)|importlib\.import_module\(\s*['"]([\w.]+)['"]\s*\)/g,
      '$1$2',
    )
    .replaceAll(/\bgetattr\(\s*([\w.]+)\s*,\s*['"](\w+)['"]\s*\)/g, '$1.$2')
    .replaceAll(/\[\s*['"](\w+)['"]\s*\]\s*\(/g, '.$1(')
    .replaceAll(/\brequire\(\s*['"](?:node:)?(child_process|fs)(?:\/promises)?['"]\s*\)\s*\./g, '$1.');
  const aliases = new Map<string, string>();
  const put = (alias: string | undefined, name: string) => {
    if (alias && alias !== name && aliases.size < MAX_ALIASES) aliases.set(alias, name);
  };
  for (const [, module = '', list = ''] of text.matchAll(/\bfrom\s+([\w.]+)\s+import\s+\(?([\w\s,*]+)/g))
    if (MODULE.test(module))
      for (const part of list.split(',')) {
        const [name = '', , alias] = part.trim().split(/\s+/);
        put(alias ?? name, /^Path/.test(name) ? name : `${module}.${name}`);
      }
  for (const [, list = ''] of text.matchAll(
    /\bimport\s+([\w.]+\s+as\s+\w+(?:\s*,\s*[\w.]+(?:\s+as\s+\w+)?)*)/g,
  ))
    for (const part of list.split(',')) {
      const [name = '', as, alias] = part.trim().split(/\s+/);
      if (as === 'as' && MODULE.test(name)) put(alias, name);
    }
  for (const m of text.matchAll(
    /(?:\b(?:const|let|var)\s*)?(?:\{([^{}]*)\}|\b(\w+))\s*=\s*(?:await\s+)?(?:require|import)\(\s*['"]([\w:/-]+)['"]\s*\)|\bimport\s+(?:\{([^{}]*)\}|(?:\*\s*as\s+)?(\w+))\s*from\s*['"]([\w:/-]+)['"]/g,
  )) {
    const module = (m[3] ?? m[6] ?? '').replace(/^node:/, '');
    if (!MODULE.test(module)) continue;
    const base = module.replace(/\/promises$/, '');
    put(m[2] ?? m[5], base);
    for (const part of (m[1] ?? m[4] ?? '').split(',')) {
      const [name = '', alias] = part.trim().split(/\s*:\s*|\s+as\s+/);
      if (name !== '') put(alias ?? name, `${base}.${name}`);
    }
  }
  for (const [, alias, name = ''] of text.matchAll(
    /\b(\w+)\s*=\s*((?:os|shutil|subprocess|fs|child_process)\.\w+)\s*(?=[;\n]|$)/g,
  ))
    put(alias, name);
  for (const [alias, name] of aliases)
    text = text.replaceAll(
      new RegExp(`(?<![\\w.$'"/-])${alias}(?=\\s*${name.includes('.') ? '\\(' : '\\.'})`, 'g'),
      () => name,
    );
  return text;
}
