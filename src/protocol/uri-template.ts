/**
 * Addresses with variables, `repo://files/{path}`: matched and read.
 * It exists because gateway and server thread must agree which template an address belongs to.
 * Invariant: RFC 6570 level 1; a variable takes one segment at most, never a slash; what is longer than `uriLimit` matches nothing.
 */
import { LmcpError } from '../errors/index.js';

export interface UriTemplate {
  readonly template: string;
  readonly variables: readonly string[];
  /** The variables' decoded values; undefined when the address is another's. */
  match(uri: string): Readonly<Record<string, string>> | undefined;
}

/** Characters of an address that are looked at. */
export const uriLimit = 2048;

/** @throws LMCP_INTERNAL for a template of another level. */
export function compileUriTemplate(template: string): UriTemplate {
  const parts = template.split(/\{([A-Za-z][A-Za-z0-9_]*)\}/);
  const variables = parts.filter((_, i) => i % 2 === 1);
  const literals = parts.filter((_, i) => i % 2 === 0);
  const wrong =
    literals.some((literal) => /[{}]/.test(literal)) ||
    literals.slice(1, -1).includes('') ||
    variables.length === 0 ||
    new Set(variables).size !== variables.length;
  if (wrong) throw new LmcpError('LMCP_INTERNAL', `Declaration error: URI template "${template}".`);
  const source = literals.map((literal) => literal.replace(/[.*+?^$()|[\]\\/]/g, '\\$&')).join('([^/]+)');
  const pattern = new RegExp(`^${source}$`);
  return {
    template,
    variables,
    match: (uri) => {
      const found = uri.length > uriLimit ? null : pattern.exec(uri);
      if (found === null) return undefined;
      try {
        return Object.fromEntries(variables.map((name, i) => [name, decodeURIComponent(found[i + 1] ?? '')]));
      } catch {
        return undefined;
      }
    },
  };
}
