/**
 * The commands `lmcp models …` and `lmcp forget` with their options and help.
 * It exists apart from the others because `models` has commands of its own, named after git's.
 * Invariant: commands are loaded when they run, not when they are listed.
 */
import { type Command, Option } from 'commander';
import type { ModelsOptions } from './models.js';

const data = () => new Option('--data <dir>', 'data folder (default: XDG data folder, or $LMCP_DATA)');
const json = () => new Option('--json', 'print JSON');
const repo = () => new Option('--repo <path>', 'the workspace (default: the repository you stand in)');
const dryRun = () => new Option('--dry-run', 'only show what it would do');

type StepOptions = ModelsOptions & { readonly dryRun?: boolean };

export function addVersionCommands(program: Command): void {
  const models = program
    .command('models')
    .description(
      'versions of the learners: a ref is a snapshot id, a tag, a branch, HEAD, HEAD~n or @sequence',
    );
  const verb = (name: string, description: string) =>
    models.command(name).description(description).addOption(repo()).addOption(data()).addOption(json());

  verb('log', 'the versions of a learner as a graph; without a learner, where each one stands')
    .argument('[learner]', 'a task, such as co-change')
    .option('--limit <n>', 'snapshots that are shown (default: 50)')
    .action(async (learner, options) => (await import('./models.js')).modelsLog(learner, options));
  verb('diff', 'two versions beside each other: events, size, scores')
    .argument('<learner>')
    .argument('<ref>')
    .argument('[other]', 'default: HEAD')
    .action(async (learner, ref, other, options) => {
      const step = { action: 'diff', learner, ref: other === undefined ? ref : `${ref}..${other}` } as const;
      await (await import('./models.js')).modelsStep(step, options);
    });
  verb('rollback', 'go back to a version, on a new branch; what came after it is not learned again')
    .argument('<learner>')
    .argument('<ref>')
    .option('--branch <name>', 'name of the new branch (default: one is made)')
    .addOption(dryRun())
    .action(async (learner, ref, options: StepOptions & { readonly branch?: string }) => {
      const step = {
        action: 'rollback',
        learner,
        ref,
        name: options.branch,
        dryRun: options.dryRun,
      } as const;
      await (await import('./models.js')).modelsStep(step, options);
    });
  for (const [action, what] of [
    ['branch', 'switch to a branch, or make one, here or at a ref'],
    ['tag', 'name a version: here or at a ref'],
  ] as const)
    verb(action, `${what}; without a name, list them`)
      .argument('<learner>')
      .argument('[name]')
      .argument('[ref]')
      .addOption(dryRun())
      .action(async (learner, name, ref, options: StepOptions) => {
        const { modelsNames, modelsStep } = await import('./models.js');
        if (name === undefined) await modelsNames(action, learner, options);
        else await modelsStep({ action, learner, name, ref, dryRun: options.dryRun }, options);
      });
  verb('merge', 'learn what another branch has learned too')
    .argument('<learner>')
    .argument('<branch>')
    .addOption(dryRun())
    .action(async (learner, name, options: StepOptions) => {
      const step = { action: 'merge', learner, name, dryRun: options.dryRun } as const;
      await (await import('./models.js')).modelsStep(step, options);
    });

  program
    .command('forget')
    .description('forget events for good, and rebuild what was learned without them; shows first, then asks')
    .option('--source <name>', 'what came from this source, e.g. git or ci')
    .option('--session <key>', 'what an agent did in this session')
    .option('--before <time>', 'what happened before, e.g. 2026-01-31 or 2026-01-31T12:00:00Z')
    .option('--yes', 'do not ask')
    .addOption(dryRun())
    .addOption(repo())
    .addOption(data())
    .addOption(json())
    .action(async (options) => (await import('./forget.js')).forget(options));
}
