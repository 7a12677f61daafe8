/**
 * A model that is a script: a local server of the Messages API that asks for one shell command after the other.
 * It exists so that a real agent client can be watched at work without a model, a key or the network.
 * Invariant: it judges nothing; it keeps what the client sent back as the result of each command.
 *
 * Wire: https://platform.claude.com/docs/en/api/messages, and its streaming: message_start, content_block_*, message_delta, message_stop.
 */
import { createServer } from 'node:http';

/**
 * @param {readonly string[]} commands one a turn
 * @returns {Promise<{ url: string, results: { command: string, text: string, isError: boolean }[], close(): Promise<void> }>}
 */
export async function startModel(commands) {
  const results = [];
  let next = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (request.method !== 'POST' || !request.url?.includes('/messages'))
        return void response.writeHead(404).end();
      if (request.url.includes('count_tokens')) return json(response, { input_tokens: 1 });
      const asked = JSON.parse(body);
      // Titles and summaries are asked for without tools.
      const isWork = (asked.tools ?? []).some(({ name }) => name === 'Bash');
      if (isWork) keep(asked.messages);
      const command = isWork ? commands[next] : undefined;
      const block =
        command === undefined
          ? { type: 'text', text: 'Done.' }
          : {
              type: 'tool_use',
              id: idOf(next),
              name: 'Bash',
              input: { command, description: `Step ${next + 1}` },
            };
      if (command !== undefined) next += 1;
      (asked.stream ? stream : whole)(response, asked.model, block);
    });
  });

  /** The result of the command asked for last is in the last message. */
  function keep(messages) {
    const blocks = messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
    for (const block of blocks) {
      if (block.type !== 'tool_result' || block.tool_use_id !== idOf(results.length)) continue;
      results.push({
        command: commands[results.length],
        text: textOf(block.content),
        isError: block.is_error === true,
      });
    }
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    results,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const idOf = (step) => `toolu_${String(step).padStart(6, '0')}`;

const textOf = (content) =>
  Array.isArray(content) ? content.map(({ text }) => text ?? '').join('\n') : String(content ?? '');

const usage = {
  input_tokens: 1,
  output_tokens: 1,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};
let messages = 0;

function message(model, content) {
  messages += 1;
  const base = { id: `msg_${messages}`, type: 'message', role: 'assistant', model, content };
  return { ...base, stop_reason: null, stop_sequence: null, usage };
}

const reasonFor = (block) => (block.type === 'tool_use' ? 'tool_use' : 'end_turn');

function json(response, value) {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function whole(response, model, block) {
  json(response, { ...message(model, [block]), stop_reason: reasonFor(block) });
}

function stream(response, model, block) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const send = (type, fields) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  const empty = block.type === 'tool_use' ? { ...block, input: {} } : { ...block, text: '' };
  const delta =
    block.type === 'tool_use'
      ? { type: 'input_json_delta', partial_json: JSON.stringify(block.input) }
      : { type: 'text_delta', text: block.text };
  send('message_start', { message: message(model, []) });
  send('content_block_start', { index: 0, content_block: empty });
  send('content_block_delta', { index: 0, delta });
  send('content_block_stop', { index: 0 });
  send('message_delta', {
    delta: { stop_reason: reasonFor(block), stop_sequence: null },
    usage: { output_tokens: 1 },
  });
  send('message_stop', {});
  response.end();
}
