/**
 * Bench "streams": accuracy on published data sets, recovery after drift, false alarms, and cost of every model.
 * It exists so that each figure the documents state about these models comes from one command.
 * Invariant: one configuration a model for all streams; every prediction is made before its outcome is learned.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { grownCosts, grownLines } from '../cost/grown.js';
import { compareCosts, costLines } from '../cost/index.js';
import { machine, machineText } from '../rig/machine.js';
import { accuracies, accuracyLine, restless, riverData } from './accuracy.js';
import { alarmLine, alarms } from './alarms.js';
import { recoveries, recoveryLine, recoveryTitle } from './drift.js';
import { models } from './models.js';
import { best } from './published.js';

const parts = ['progressive', 'drift', 'alarms', 'cost'] as const;
type Part = (typeof parts)[number];

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** A folder given, else LMCP_SHARED_DATA's, else the one beside the checkout. */
function dataFolder(given: string | undefined): string {
  return given ?? join(process.env.LMCP_SHARED_DATA ?? join('..', 'shared', 'data'), 'learning', 'streams');
}

/**
 * @param arguments parts wanted (`progressive`, `drift`, `alarms`, `cost`; default all), a folder of data sets, and parts of
 * model names (default all models), in any order
 * @returns rows of each table; `skipped` says why the data sets' rows are missing
 */
export async function run(options: { json: boolean; arguments: readonly string[] }): Promise<object> {
  const print = (...lines: readonly string[]) => {
    if (!options.json) for (const line of lines) console.log(line);
  };
  const given = options.arguments.filter((argument) => !argument.startsWith('--'));
  const wantedParts = parts.filter((part) => given.includes(part));
  const folder = given.find(isFolder);
  const wanted = given.filter((word) => !parts.includes(word as Part) && word !== folder);
  const runs = (part: Part) => wantedParts.length === 0 || wantedParts.includes(part);
  const chosen = models.filter(
    ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
  );
  // Drift is measured for the models that are made for it, and for the plain tree as what they must beat.
  const followers = chosen.filter(({ name, adaptive }) => adaptive || name === 'Hoeffding tree');
  const result: Record<string, unknown> = { machine: machine() };
  print(machineText(machine()));

  if (runs('progressive')) {
    const data = riverData(dataFolder(folder));
    if (!data) result.skipped = 'No data: set LMCP_SHARED_DATA, or give the folder of the data sets.';
    print(data ? `Progressive accuracy; River's best: ${JSON.stringify(best)}` : String(result.skipped));
    const accuracy = accuracies(chosen, data ?? []);
    print(...accuracy.map(accuracyLine), 'Concepts that never rest');
    const moving = restless(followers);
    print(...moving.map(accuracyLine));
    Object.assign(result, { accuracy, moving });
  }
  if (runs('drift')) {
    const drift = recoveries(followers);
    print(recoveryTitle, ...drift.map(recoveryLine));
    Object.assign(result, { drift });
  }
  if (runs('alarms')) {
    const detectors = alarms();
    print(
      'Detectors: alarms a look (what delta bounds) with its 99 % interval; streams of 10,000 with any; delay after .2 → .4',
      ...detectors.map(alarmLine),
    );
    Object.assign(result, { detectors });
  }
  if (runs('cost')) {
    const grown = grownCosts(wanted);
    print(...grownLines(grown));
    const beside = compareCosts(wanted);
    print('Beside npm libraries of the same method, in one process, in turns', ...costLines(beside));
    Object.assign(result, { grown, beside });
  }
  return result;
}
