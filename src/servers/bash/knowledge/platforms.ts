/**
 * Hosting platforms, brokers, key stores and frameworks' own tools.
 * They exist because an application, its data or its queues go with one verb.
 * Invariant: reading verbs are free, destroying verbs are dangerous, every other verb is a change.
 */
import { caution, danger, type Table } from './spec.js';

export const platforms: Table = {
  heroku: {
    does: 'network',
    values: 'a app r remote',
    verbs: 'strict',
    sub: {
      'addons:destroy apps:destroy clients:destroy container:rm members:remove access:remove repo:reset pg:reset pipelines:destroy domains:remove keys:clear keys:remove certs:remove drains:remove webhooks:remove spaces:destroy teams:destroy repo:purge_cache domains:clear':
        {
          does: 'delete!',
          risk: danger('platform-delete', 'Removes an application, its data or access to it.'),
        },
      'maintenance:on': { does: 'write', risk: danger('maintenance', 'Takes the application off line.') },
      'ps:kill ps:stop ps:restart restart ps:scale features:disable config:unset apps:leave leave addons:detach apps:rename rename clients:rotate config:set maintenance:off releases:rollback rollback pg:killall authorizations:revoke authorizations:rotate sessions:destroy clients:update labs:disable dyno:stop dyno:kill':
        { does: 'write', risk: caution('platform-change', 'Changes a running application.') },
      run: { run: 'wrapper', values: 'a app', wraps: { joined: true, scope: 'remote' } },
      'apps logs ps config releases addons pg info auth status help domains': {},
    },
  },
  'fly flyctl': {
    does: 'network',
    values: 'a app c config o org r region t',
    verbs: 'strict',
    sub: {
      ssh: {
        sub: {
          console: {
            run: 'wrapper',
            values: 'a app',
            wraps: { skip: 99, scope: 'remote' },
            options: { 'C command': 'use:shell' },
          },
          '*': {},
        },
      },
      secrets: {
        sub: {
          unset: {
            does: 'delete!',
            risk: danger('platform-delete', 'Removes secrets that a running application needs.'),
          },
          list: {},
          '*': { does: 'write' },
        },
      },
      'logs status version info doctor platform': {},
    },
  },
  'vercel now netlify ntl wrangler railway render surge firebase supabase planetscale pscale turso neonctl neon appwrite eb platform upsun shopify expo eas cf deployctl gatsby-cloud aptible scalingo clever convex contentful sanity algolia auth0 stripe twilio sentry-cli datadog newrelic pagerduty launchdarkly':
    {
      does: 'network',
      values: 'token scope t S project site filter env context a auth A config c cwd',
      verbs: 'strict',
      sub: {
        'env:unset env:remove sites:delete': {
          does: 'delete!',
          risk: danger('platform-delete', 'Removes a site, or variables that it needs.'),
        },
        down: { does: 'delete!', risk: danger('platform-delete', 'Takes a deployment away.') },
        'remove rm': { does: 'delete!', risk: danger('platform-delete', 'Removes a deployment.') },
        'env:clone env:set env:import deploy --prod promote rollback redeploy alias': {
          does: 'write',
          risk: caution('platform-change', 'Changes what is on line.'),
        },
        'dev build login logout whoami init link open help list ls logs inspect status pull': {
          does: 'write',
        },
        'unlink switch watch': {},
        db: {
          verbs: 'strict',
          sub: {
            reset: {
              does: 'delete!',
              options: {},
              risk: danger('database-reset', 'Drops the database and makes it again.'),
            },
            'diff dump lint status': {},
            'push pull start': { does: 'write' },
          },
        },
        stop: { does: 'process' },
      },
    },
  'velero argocd argo flux kustomize-cli istioctl linkerd': {
    does: 'network',
    values: 'n namespace kubeconfig kubecontext context o output',
    verbs: 'strict',
    sub: { 'get describe logs version check status diff list': {}, 'login logout': { does: 'write' } },
  },
  'nomad consul': {
    does: 'network',
    dash: true,
    values: '-address -namespace -token',
    verbs: 'strict',
    sub: {
      system: { does: 'write' },
      kv: {
        sub: {
          delete: {
            dash: true,
            does: 'delete!',
            options: { '-recurse': danger('delete-keys', 'Deletes every key under a prefix.') },
            risk: caution('delete-keys', 'Deletes a key.'),
          },
          '*': {},
        },
      },
      job: {
        sub: {
          stop: {
            dash: true,
            does: 'process',
            options: { '-purge': danger('platform-delete', 'Removes a job with its history.') },
            risk: caution('stop-service', 'Stops a job.'),
          },
          '*': {},
        },
      },
    },
  },
  etcdctl: {
    does: 'network',
    values: 'endpoints cacert cert key user',
    sub: {
      del: {
        does: 'delete!',
        options: { 'prefix from-key': danger('delete-keys', 'Deletes every key under a prefix.') },
        risk: caution('delete-keys', 'Deletes a key.'),
      },
      'get endpoint member-list version watch snapshot-status check': {},
      '*': { does: 'write' },
    },
  },
  packer: {
    sub: {
      build: {
        does: 'network write',
        options: { force: caution('infrastructure-change', 'Replaces what is there.') },
      },
      '*': {},
    },
  },
  'kafka-delete-records kafka-delete-records.sh': {
    does: 'network delete!',
    options: { version: 'help' },
    risk: danger('delete-topic', 'Deletes records of topics for good.'),
  },
  'lmcp learning-mcp': {
    does: 'network',
    values: 'port host socket data',
    sub: {
      'approve grant': { run: 'approve' },
      'stop uninstall': {
        does: 'process',
        risk: danger('guard-off', 'Stops the guard that looks at commands before they run.'),
      },
      token: {
        does: 'read',
        risk: danger('guard-token', 'Shows the token that lets its holder act as a person.'),
      },
      '*': {},
    },
  },
  'salt salt-ssh salt-call': {
    does: 'network',
    run: 'salt',
    risk: caution('remote-change', 'Changes other machines.'),
  },
  'puppet chef-client knife cfengine': {
    does: 'network',
    verbs: 'strict',
    sub: { 'apply agent': { does: 'write', options: { noop: 'dry' } } },
  },
  'kafka-topics kafka-topics.sh kafka-configs kafka-consumer-groups kafka-consumer-groups.sh': {
    does: 'network',
    values: 'bootstrap-server topic group zookeeper',
    options: {
      'list describe': 'help',
      delete: danger('delete-topic', 'Deletes a topic or a group with its data.'),
      'reset-offsets': caution('reset-offsets', 'Moves what consumers read next.'),
      'delete-config': caution('topic-config', 'Changes how long a topic keeps its data.'),
      'create alter': '+write',
    },
  },
  'rabbitmqctl rabbitmqadmin': {
    does: 'network',
    values: 'n p vhost',
    sub: {
      'reset force_reset delete_vhost delete_queue purge_queue delete_user forget_cluster_node delete purge':
        { does: 'delete!', risk: danger('queue-delete', 'Deletes queues or the whole state of the broker.') },
      'stop stop_app shutdown': { does: 'process', risk: danger('stop-service', 'Stops the broker.') },
      'list_queues list_users status cluster_status list_vhosts list report environment': {},
      '*': { does: 'write' },
    },
  },
  'prisma sequelize sequelize-cli knex typeorm drizzle-kit alembic flyway liquibase dbmate goose migrate atlas sqitch diesel sqlx mikro-orm node-pg-migrate umzug phinx evolve ecto tern':
    { run: 'migration' },
  'rails artisan django-admin manage.py symfony adonis strapi wp drush magento occ': {
    run: 'framework',
  },
};
