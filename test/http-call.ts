/**
 * One request of revision 2026-07-28 over HTTP, as bare as it can be.
 * It exists for tests that look at what an official client would hide, or that need many calls.
 */
export const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
};

export interface Address {
  readonly url: string;
  readonly token: string;
}

export interface Answer {
  readonly result?: {
    readonly isError?: boolean;
    readonly structuredContent?: Record<string, unknown>;
    readonly content: readonly { readonly text: string }[];
    readonly tools?: readonly unknown[];
  };
  readonly error?: { readonly code: number; readonly message: string };
}

/** Posts a request; `headers` override the right ones. */
export function post(
  { url, token }: Address,
  path: string,
  request: { method: string; params?: object; headers?: Record<string, string> },
): Promise<Response> {
  const { method, params, headers } = request;
  return fetch(new URL(path, url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: envelope } }),
  });
}

/** Calls a tool of the combined endpoint. */
export async function callTool(address: Address, name: string, args: object): Promise<Answer> {
  const request = { method: 'tools/call', params: { name, arguments: args }, headers: { 'mcp-name': name } };
  return (await (await post(address, '/mcp', request)).json()) as Answer;
}

/** The structured content of a call that went well, else undefined. */
export async function structuredOf(
  address: Address,
  name: string,
  args: object,
): Promise<Record<string, unknown> | undefined> {
  const { result } = await callTool(address, name, args);
  return result?.isError ? undefined : result?.structuredContent;
}
