/**
 * Pool job of the imports adapter: bring the journal's source index up to a commit.
 * It exists so that parsing never takes place in a thread that answers.
 * Invariant: idempotent; a file whose blob did not change since it was told is not told again, nor one that was forgotten.
 */
import { ForgottenKeys } from '../../../../journal/index.js';
import { payloadOf } from '../../../../proto/index.js';
import type { Job, JobContext } from '../../../../runtime/index.js';
import { inspectRepository } from '../git/index.js';
import { indexImports } from './index-imports.js';

/** What the journal tells of the index so far. */
async function toldBy(
  context: JobContext,
): Promise<{ last: string | null; known: Set<string>; forgotten: ForgottenKeys }> {
  const known = new Set<string>();
  const forgotten = new ForgottenKeys();
  let last: string | null = null;
  for await (const { event } of context.read(['sourceIndexed', 'eventsForgotten'])) {
    forgotten.add(event);
    const source = payloadOf(event, 'sourceIndexed');
    if (!source) continue;
    last = source.sha;
    if (source.deleted) known.delete(source.path);
    else known.add(source.path);
  }
  return { last, known, forgotten };
}

/** Indexes `head` of the repository at `root`; does nothing in a partial clone, whose blobs would have to be fetched. */
export const indexSources: Job = async (argument, context) => {
  const { root, head } = argument as { root: string; head: string };
  const repository = await inspectRepository(root);
  if (repository.partial) return null;
  const { last, known, forgotten } = await toldBy(context);
  return indexImports({
    repository,
    head,
    since: last,
    known,
    signal: context.signal,
    progress: (done, total) => context.progress({ what: 'imports', done, total }),
    onBatch: async (events) => {
      const fresh = events.filter(
        ({ data }) =>
          data?.case !== 'sourceIndexed' || !forgotten.has(`source:${data.value.blob}:${data.value.path}`),
      );
      if (fresh.length > 0) await context.append(fresh);
    },
  });
};
