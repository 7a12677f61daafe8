/** The catalogue says what the servers are: feedback finds its way by its tasks. */
import { expect, it } from 'vitest';
import type { DomainServer } from '../runtime/index.js';
import { catalogue } from './index.js';

it.each(catalogue.map((entry) => [entry.name, entry] as const))(
  '%s is listed with the tasks of its learners',
  async (_, { module, tasks, surface }) => {
    const path = `./${module.href.slice(module.href.indexOf('/servers/') + '/servers/'.length)}`;
    const { server } = (await import(path)) as { server: DomainServer };
    expect(server.surface).toBe(surface);
    expect(server.learners.map((make) => make().task).sort()).toEqual([...tasks].sort());
  },
);
