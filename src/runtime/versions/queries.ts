/**
 * The queries about versions that every server thread answers.
 * They exist so that the gateway and the learning server's tools reach any learner in its own thread.
 * Invariant: arguments are parsed here; what only waits is not announced as slow.
 */
import { z } from 'zod';
import { LmcpError } from '../../errors/index.js';
import { checkVersion } from './check-version.js';
import { compareVersions } from './compare-versions.js';
import { listVersions } from './list-versions.js';
import { moveHead } from './move-head.js';
import { movedHeads } from './moved-heads.js';
import { previewForget, rebuilt } from './preview-forget.js';
import { tagVersion } from './tag-version.js';
import type { VersionControl } from './version-control.js';

const learner = z.string();
const ref = z.string().min(1).max(200);
const name = z.string().min(1).max(200);
const sequence = z.int().min(0);

const versions = z.object({ learner });
const move = z.object({
  learner,
  ref: ref.optional(),
  branch: name.optional(),
  how: z.enum(['rollback', 'branch', 'merge']),
});
const tag = z.object({ learner, name, ref: ref.optional() });
const newName = z.object({ learner, kind: z.enum(['tag', 'branch']), name, ref: ref.optional() });
const compare = z.object({ learner, a: ref, b: ref });
const preview = z.object({ ranges: z.array(z.tuple([sequence, sequence])) });
const forgotten = z.object({ sequence });

/** The answer; undefined when the query is none of these. @throws LMCP_INVALID_PARAMS and what the work throws */
export async function versionQuery(
  control: VersionControl,
  { query, argument }: { readonly query: string; readonly argument: unknown },
  signal: AbortSignal,
): Promise<unknown> {
  switch (query) {
    case 'versions':
      return listVersions(control, parsed(versions, argument).learner);
    case 'moveHead':
      return moveHead(control, parsed(move, argument));
    case 'tag':
      return tagVersion(control, parsed(tag, argument));
    case 'checkName':
      return checkVersion(control, parsed(newName, argument));
    case 'movedHeads':
      return movedHeads(control);
    case 'compare':
      return compareVersions(control, parsed(compare, argument));
    case 'previewForget':
      return previewForget(control, parsed(preview, argument).ranges);
    case 'rebuilt':
      return rebuilt(control, parsed(forgotten, argument).sequence, signal);
    default:
      return undefined;
  }
}

function parsed<T>(schema: z.ZodType<T>, argument: unknown): T {
  const result = schema.safeParse(argument);
  if (result.success) return result.data;
  throw new LmcpError('LMCP_INVALID_PARAMS', z.prettifyError(result.error));
}
