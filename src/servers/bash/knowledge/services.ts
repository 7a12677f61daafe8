/**
 * Servers that are run at home and ruled from the command line: brokers, gateways, log stores, code hosts, names.
 * They exist because each has a verb of its own for throwing away what it keeps.
 * Invariant: an entry names the verbs that lose something; every other verb is left to the judge of verbs.
 */
import { caution, danger, type Spec, type Table } from './spec.js';

const lost = (code: string, message: string): Spec => ({
  does: 'delete!',
  options: { 'n dry-run': 'dry' },
  risk: danger(code, message),
});
const drops = lost('broker-delete', 'Deletes a stream with the messages it holds.');
const restores: Spec = {
  does: 'network write',
  risk: danger('restore-over', 'Replaces all data of the server by those of a backup.'),
};

export const services: Table = {
  'nats natscli': {
    does: 'network',
    values: 's server context creds user password',
    sub: {
      'stream str': { sub: { 'rm delete del purge rmm': drops, '*': {} } },
      'consumer con': { sub: { 'rm delete del': drops, '*': {} } },
      'kv object obj': { sub: { 'rm del delete purge': drops, '*': {} } },
      '*': {},
    },
  },
  'kafka-acls kafka-acls.sh': {
    does: 'network',
    values: 'bootstrap-server command-config topic group operation allow-principal cluster',
    options: {
      list: 'help',
      remove: danger('access-removed', 'Takes away rights that programs rely on.'),
      add: caution('access-change', 'Changes who may do what.'),
    },
  },
  deck: {
    does: 'network',
    values: 's state kong-addr select-tag workspace w',
    sub: {
      reset: lost('gateway-reset', 'Deletes every route and service of the gateway.'),
      sync: { does: 'delete', risk: caution('gateway-sync', 'Deletes what the file does not name.') },
      gateway: {
        sub: {
          reset: lost('gateway-reset', 'Deletes every route and service of the gateway.'),
          sync: { does: 'delete', risk: caution('gateway-sync', 'Deletes what the file does not name.') },
          '*': {},
        },
      },
      '*': {},
    },
  },
  splunk: {
    does: 'network',
    values: 'index auth uri',
    sub: {
      clean: { does: 'delete!', risk: danger('index-delete', 'Deletes the events of an index.') },
      remove: {
        sub: { index: lost('index-delete', 'Deletes an index with its events.'), '*': { does: 'write' } },
      },
      'stop restart offline': { does: 'process', risk: caution('stop-service', 'Stops the log store.') },
      '*': {},
    },
  },
  circleci: {
    does: 'network',
    sub: {
      context: {
        sub: {
          'delete remove-secret': lost('delete-secret', 'Deletes secrets that pipelines rely on.'),
          '*': {},
        },
      },
      '*': {},
    },
  },
  'gitlab-runner': {
    does: 'network',
    sub: {
      unregister: {
        does: 'delete',
        options: { 'all-runners': danger('unregister-all', 'Takes every runner of this machine away.') },
        risk: caution('unregister', 'Takes a runner away.'),
      },
      '*': {},
    },
  },
  'gitlab-rake': {
    does: 'exec',
    sub: { 'gitlab:backup:restore': restores, 'gitlab:setup': restores, '*': {} },
  },
  'gitlab-rails gitlab-psql': { does: 'exec', run: 'runner' },
  'grafana-cli grafana': {
    does: 'network',
    verbs: 'cautious',
    sub: {
      admin: { does: 'write', risk: caution('admin-change', 'Changes accounts or settings of the server.') },
    },
  },
  nsupdate: { does: 'network', values: 'k y p t u r v', run: 'name-update' },
};
