/**
 * What one path of the endpoint offers, from the catalogues of one server or of all: listings, features, who owns what.
 * It exists so that lists, capabilities and routing of a view rest on one value.
 * Invariant: a name or an address has one owner; what is not listed is not routed.
 */
import { LmcpError } from '../errors/index.js';
import type { Catalogue, PromptListing, ResourceListing, TemplateListing, ToolListing } from './catalogue.js';
import { compileUriTemplate, type UriTemplate } from './uri-template.js';

export interface Surface {
  /** The servers behind it. */
  readonly servers: ReadonlySet<string>;
  readonly tools: readonly ToolListing[];
  readonly resources: readonly ResourceListing[];
  readonly templates: readonly TemplateListing[];
  readonly prompts: readonly PromptListing[];
  readonly features: Catalogue['features'];
  /** Whether any address here tells of its changes. */
  readonly subscribable: boolean;
  toolOwner(name: string): string | undefined;
  promptOwner(name: string): string | undefined;
  /** By URI, or by a template's own text. */
  resourceOwner(uri: string): string | undefined;
  /** Whether changes at that address are told. */
  tells(uri: string): boolean;
  /** Whether the tool wants arguments in headers. */
  mirrored(tool: string): boolean;
}

/** @throws LMCP_INTERNAL when two servers offer one name or address. */
export function surfaceOf(
  all: readonly Catalogue[],
  offered: (catalogue: Catalogue, name: string) => boolean,
): Surface {
  const catalogues = all.filter((catalogue) => offersAny(catalogue, offered));
  const tools = owned('tool', catalogues, offered, (c) => c.tools.map((it) => [it.name, it]));
  const prompts = owned('prompt', catalogues, offered, (c) => c.prompts.map((it) => [it.name, it]));
  const resources = owned('resource', catalogues, offered, (c) => c.resources.map((it) => [it.uri, it]));
  const templates = owned('template', catalogues, offered, (c) =>
    c.templates.map((it) => [it.uriTemplate, it]),
  );
  const compiled: readonly { server: string; template: UriTemplate }[] = [...templates.owners].map(
    ([template, server]) => ({ server, template: compileUriTemplate(template) }),
  );
  const matching = (uri: string) => compiled.find(({ template }) => template.match(uri) !== undefined);
  const subscribable = new Set(
    catalogues.flatMap((c) => c.subscribable.filter((address) => offered(c, address))),
  );
  const mirrored = new Set(catalogues.flatMap((c) => c.mirrored));
  return {
    servers: new Set(catalogues.map(({ name }) => name)),
    tools: tools.listings,
    prompts: prompts.listings,
    resources: resources.listings,
    templates: templates.listings,
    features: {
      logging: catalogues.some(({ features }) => features.logging),
      completion: catalogues.some(({ features }) => features.completion),
      tasks: catalogues.some(({ features }) => features.tasks),
      changing: [...new Set(catalogues.flatMap(({ features }) => features.changing))],
    },
    subscribable: subscribable.size > 0,
    toolOwner: (name) => tools.owners.get(name),
    promptOwner: (name) => prompts.owners.get(name),
    resourceOwner: (uri) => resources.owners.get(uri) ?? matching(uri)?.server ?? templates.owners.get(uri),
    tells: (uri) =>
      subscribable.has(resources.owners.has(uri) ? uri : (matching(uri)?.template.template ?? '')),
    mirrored: (tool) => mirrored.has(tool),
  };
}

/** A server that offers nothing here lends its features to nobody; a server's own view is always its own. */
function offersAny(c: Catalogue, offered: (catalogue: Catalogue, name: string) => boolean): boolean {
  const names = [
    ...[...c.tools, ...c.prompts].map(({ name }) => name),
    ...c.resources.map(({ uri }) => uri),
    ...c.templates.map(({ uriTemplate }) => uriTemplate),
  ];
  return names.length === 0 || names.some((name) => offered(c, name));
}

interface Owned<T> {
  readonly listings: readonly T[];
  readonly owners: ReadonlyMap<string, string>;
}

function owned<T>(
  kind: string,
  catalogues: readonly Catalogue[],
  offered: (catalogue: Catalogue, name: string) => boolean,
  entries: (catalogue: Catalogue) => readonly (readonly [string, T])[],
): Owned<T> {
  const listings: T[] = [];
  const owners = new Map<string, string>();
  for (const catalogue of catalogues)
    for (const [name, listing] of entries(catalogue)) {
      if (!offered(catalogue, name)) continue;
      if (owners.has(name))
        throw new LmcpError(
          'LMCP_INTERNAL',
          `Declaration error: ${kind} "${name}" is offered by two servers.`,
        );
      owners.set(name, catalogue.name);
      listings.push(listing);
    }
  return { listings, owners };
}
