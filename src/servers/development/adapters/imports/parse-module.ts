/**
 * Reads what one JavaScript or TypeScript file imports and exports, with oxc's parser.
 * It exists to keep the parser behind one function that never throws.
 * Invariant: a file that does not parse gives null; nothing of its text but names is kept.
 */
import { type ParseResult, parseSync } from 'oxc-parser';

export interface ModuleImport {
  readonly module: string;
  readonly symbols: readonly string[];
  readonly typeOnly: boolean;
}

export interface ModuleExport {
  readonly symbol: string;
  /** "type" or "value". */
  readonly kind: string;
}

export interface ParsedModule {
  readonly imports: readonly ModuleImport[];
  readonly exports: readonly ModuleExport[];
}

const source = /\.([cm]?[jt]sx?)$/i;

/** Language of a path, or null when it is none that is parsed here. */
export function languageOf(path: string): 'javascript' | 'typescript' | null {
  const extension = source.exec(path)?.[1]?.toLowerCase();
  if (extension === undefined) return null;
  return extension.includes('t') ? 'typescript' : 'javascript';
}

const required = /\brequire(?:\.resolve)?\s*\(\s*(['"])([^'"\n]{1,512})\1\s*\)/g;
const quoted = /^(['"`])([^'"`$\n]{1,512})\1$/;

export function parseModule(path: string, text: string): ParsedModule | null {
  let parsed: ParseResult;
  try {
    parsed = parseSync(path, text);
    if (parsed.errors.some(({ severity }) => severity === 'Error')) return null;
    const { module } = parsed;
    const imports: ModuleImport[] = module.staticImports.map(({ moduleRequest, entries }) => ({
      module: moduleRequest.value,
      symbols: entries.map(
        ({ importName }) => importName.name ?? (importName.kind === 'Default' ? 'default' : '*'),
      ),
      typeOnly: entries.length > 0 && entries.every(({ isType }) => isType),
    }));
    const exports: ModuleExport[] = [];
    for (const { exportName, importName, moduleRequest, isType } of module.staticExports.flatMap(
      (e) => e.entries,
    )) {
      if (moduleRequest) {
        const symbols = [importName.name ?? '*'];
        imports.push({ module: moduleRequest.value, symbols, typeOnly: isType });
      }
      const symbol = exportName.name ?? (exportName.kind === 'Default' ? 'default' : null);
      if (symbol !== null) exports.push({ symbol, kind: isType ? 'type' : 'value' });
    }
    for (const { moduleRequest } of module.dynamicImports) {
      const name = quoted.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[2];
      if (name !== undefined) imports.push({ module: name, symbols: [], typeOnly: false });
    }
    if (!module.hasModuleSyntax) {
      for (const [, , name = ''] of text.matchAll(required)) {
        imports.push({ module: name, symbols: [], typeOnly: false });
      }
    }
    return { imports, exports };
  } catch {
    return null;
  }
}
