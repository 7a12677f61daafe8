/**
 * How a call's facts cross to a server thread: what was said before on this link is named by its number.
 * It exists because stringifying and parsing a client's whole context costs more than the rest of the hop.
 * Invariant: `hear(say(ask))` equals ask, in the order said; both tables are bounded, and change only by what is said.
 *
 * The text is JSON: [route, context], then what belongs to this call alone (0: nothing), then new rows of the tables.
 */
import type { CallContext, CallRequest } from '../protocol/index.js';
import type { AskCodec, CodedMethod } from './peer.js';

type Ask = Omit<CallRequest, 'body'>;
type Route = Pick<Ask, 'server' | 'revision'> & { readonly expect: { method: string; name?: string } };
type Params = NonNullable<Ask['expect']['params']>;

/** What belongs to one call. */
interface Single {
  readonly params?: Params;
  readonly traceparent?: string;
}

/** New rows: their number and what it stands for. */
interface Rows {
  readonly route?: Route;
  readonly context?: CallContext;
}

const ROUTES = 256;
const CONTEXTS = 4096;
const parts = new Set<string>(['server', 'revision', 'expect', 'context']);
const expected = new Set<string>(['method', 'name', 'params']);

/** One end of a link whose calls are coded. */
export function callCoding(): CodedMethod {
  return { method: 'call', codec: callCodec() };
}

/** One end's tables, for one link. */
export function callCodec(): AskCodec<Ask> {
  const routes = new Numbers<Route>(ROUTES);
  const contexts = new Numbers<CallContext>(CONTEXTS);
  const heardRoutes: (Route | undefined)[] = [];
  const heardContexts: (CallContext | undefined)[] = [];
  return {
    say(ask) {
      const { server, revision, expect, context } = ask;
      // What this codec does not know goes as plain JSON.
      for (const key in ask) if (!parts.has(key)) return undefined;
      for (const key in expect) if (!expected.has(key)) return undefined;
      const { method, name, params } = expect;
      const { traceparent } = context;
      const at = name ?? method;
      let newRoute: Route | undefined;
      let route = routes.find(at, (it) => sameRoute(it, ask));
      if (route < 0) {
        newRoute = { server, revision, expect: name === undefined ? { method } : { method, name } };
        route = routes.add(at, newRoute);
      }
      let newContext: CallContext | undefined;
      let number = contexts.find(context.session, (it) => sameContext(it, context));
      if (number < 0) {
        const { traceparent: _, ...lasting } = context;
        newContext = lasting;
        number = contexts.add(context.session, newContext);
      }
      if (params === undefined && traceparent === undefined && !newRoute && !newContext)
        return `[${route},${number}]`;
      const rows: Rows = {
        ...(newRoute && { route: newRoute }),
        ...(newContext && { context: newContext }),
      };
      const single: Single = { ...(params && { params }), ...(traceparent !== undefined && { traceparent }) };
      return JSON.stringify([route, number, single, rows]);
    },

    hear(text) {
      const [at, number, single, rows] = JSON.parse(text) as [number, number, Single?, Rows?];
      if (rows?.route) heardRoutes[at] = rows.route;
      if (rows?.context) heardContexts[number] = rows.context;
      const route = heardRoutes[at];
      const context = heardContexts[number];
      if (!route || !context) throw new Error(`The call's row ${route ? number : at} was never said.`);
      const { server, revision, expect } = route;
      if (single === undefined) return { server, revision, expect, context };
      const { params, traceparent } = single;
      return {
        server,
        revision,
        expect: params === undefined ? expect : { ...expect, params },
        context: traceparent === undefined ? context : { ...context, traceparent },
      };
    },
  };
}

/** A bounded table of what was said, found by a key; a key with another row takes the row's place. */
class Numbers<Row> {
  readonly #most: number;
  readonly #rows = new Map<string, { readonly row: Row; readonly number: number }>();
  readonly #keys: (string | undefined)[] = [];
  #next = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Its number, or -1. */
  find(key: string, same: (row: Row) => boolean): number {
    const found = this.#rows.get(key);
    return found && same(found.row) ? found.number : -1;
  }

  add(key: string, row: Row): number {
    const known = this.#rows.get(key);
    const number = known ? known.number : this.#next++ % this.#most;
    const before = this.#keys[number];
    if (before !== undefined && before !== key) this.#rows.delete(before);
    this.#keys[number] = key;
    this.#rows.set(key, { row, number });
    return number;
  }
}

function sameRoute({ server, revision, expect }: Route, ask: Ask): boolean {
  return (
    server === ask.server &&
    revision === ask.revision &&
    expect.method === ask.expect.method &&
    expect.name === ask.expect.name
  );
}

/** Field by field, so that a field that is added later is not forgotten. */
function sameContext(known: CallContext, given: CallContext): boolean {
  const [a, b] = [known as unknown as Fields, given as unknown as Fields];
  for (const key in b) if (key !== 'traceparent' && !same(a[key], b[key])) return false;
  for (const key in a) if (!(key in b)) return false;
  return true;
}

type Fields = Readonly<Record<string, unknown>>;

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b);
}
