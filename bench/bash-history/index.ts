/**
 * Bench "bash-history": how well the next command is foretold, and what learning and searching a history cost.
 * It exists so that the figures of predict_command, search_history and `lmcp import history` come from one command.
 * Invariant: the learners are those that serve; nothing is tuned here.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { machine, machineText } from '../rig/machine.js';
import { type Accuracy, accuracyOf, accuracyText } from './accuracy.js';
import { measureCost } from './cost.js';

/** History of commands: LMCP_SHARED_DATA, else beside the checkout. */
function dataFile(): string | undefined {
  const data = process.env.LMCP_SHARED_DATA ?? join('..', 'shared', 'data');
  const path = join(data, 'learning', 'actions', 'intercode.jsonl.gz');
  return existsSync(path) ? path : undefined;
}

interface Options {
  readonly json: boolean;
  /** How many commands are learned for the figures of cost; default 1,000,000. */
  readonly arguments: readonly string[];
}

export async function run({ json, arguments: [count] }: Options): Promise<object> {
  const file = dataFile();
  const accuracy: Accuracy[] = [];
  for (const label of ['verb', 'line'] as const) if (file) accuracy.push(await accuracyOf(file, label));
  const on = machine();
  const cost = measureCost(Number(count ?? 1e6));
  if (!json) {
    if (!file) console.log('No data for accuracy: set LMCP_SHARED_DATA to the folder of the data sets.');
    for (const one of accuracy) console.log(accuracyText(one));
    console.log(machineText(on));
    console.table(cost.learning);
    console.table(cost.searching);
    console.table([cost.state]);
  }
  return { machine: on, accuracy, cost };
}
