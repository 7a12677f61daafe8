/**
 * Clouds and infrastructure as code.
 * They exist because one verb deletes what a team lives on, and nothing asks twice with `--yes`.
 * Invariant: reading verbs are free, destroying verbs are dangerous, every other verb is a change.
 */
import { caution, danger, type Spec, type Table } from './spec.js';

const cloud = (values: string): Spec => ({ does: 'network', values, verbs: 'strict', sub: {} });
const lost = danger('infrastructure-destroy', 'Destroys infrastructure with the data it holds.');
const state = danger('infrastructure-state', 'Makes the tool forget what it manages.');

const terraform: Spec = {
  does: 'network',
  dash: true,
  values: '-chdir',
  options: { '-help -version': 'help' },
  sub: {
    apply: {
      does: 'write',
      dash: true,
      values: '-var -var-file -target -state -parallelism -replace -out',
      options: {
        '-auto-approve -auto-approve=true': danger(
          'infrastructure-unasked',
          'Changes or destroys infrastructure without showing what.',
        ),
        '-destroy': caution('infrastructure-destroy', 'Destroys infrastructure; it asks first.'),
      },
      risk: { ...caution('infrastructure-change', 'Changes infrastructure; it asks first.'), asks: true },
    },
    destroy: {
      does: 'delete!',
      dash: true,
      values: '-var -var-file -target -state',
      options: { '-auto-approve': lost, '-force': lost },
      risk: { ...caution('infrastructure-destroy', 'Destroys infrastructure; it asks first.'), asks: true },
    },
    state: {
      sub: {
        rm: { does: 'delete!', dash: true, options: { '-dry-run': 'dry' }, risk: state },
        'mv push replace-provider': {
          does: 'write',
          dash: true,
          options: { '-dry-run': 'dry', '-force': state },
          risk: caution('infrastructure-state', 'Changes what the tool manages.'),
        },
        '*': {},
      },
    },
    'workspace env': {
      sub: {
        delete: {
          does: 'delete!',
          dash: true,
          options: { '-lock=false -lock -force': state },
          risk: danger('infrastructure-state', 'Deletes a workspace with its state.'),
        },
        'list show select': {},
        '*': { does: 'write' },
      },
    },
    'force-unlock': {
      does: 'write',
      risk: caution('infrastructure-lock', 'Breaks the lock that keeps two changes apart.'),
    },
    'taint untaint import refresh': {
      does: 'write',
      risk: caution('infrastructure-state', 'Changes what the tool manages.'),
    },
    'init get fmt login logout test': { does: 'write' },
    '*': {},
  },
};

export const clouds: Table = {
  'terraform tofu tf': terraform,
  'terragrunt tg': { ...terraform, sub: { ...terraform.sub, 'run-all': { sub: terraform.sub ?? {} } } },
  pulumi: {
    does: 'network',
    values: 's stack C cwd',
    sub: {
      'destroy down': {
        does: 'delete!',
        values: 's stack t target',
        options: { 'y yes f skip-preview': lost, 'preview-only': 'dry' },
        risk: danger('infrastructure-destroy', 'Destroys infrastructure.'),
      },
      'up update': {
        does: 'write',
        values: 's stack',
        options: {
          'y yes f skip-preview': danger('infrastructure-unasked', 'Changes infrastructure without asking.'),
        },
        risk: caution('infrastructure-change', 'Changes infrastructure.'),
      },
      stack: {
        sub: {
          rm: { does: 'delete!', options: { 'f force y yes': lost }, risk: state },
          'ls output select export history graph': {},
          '*': { does: 'write' },
        },
      },
      state: { sub: { delete: { does: 'delete!', risk: state }, '*': { does: 'write' } } },
      'preview logs about whoami version config org console policy': {},
      '*': { does: 'write' },
    },
  },
  'cdk sst serverless sls sam amplify copilot': {
    does: 'network',
    values: 'c context profile stage s region r',
    sub: {
      'destroy remove delete': { does: 'delete!', risk: lost },
      'ls list synth synthesize diff doctor metadata info print validate status logs local': {},
      '*': { does: 'write', risk: caution('infrastructure-change', 'Changes infrastructure.') },
    },
  },
  aws: {
    does: 'network',
    values: 'profile region output endpoint-url query ca-bundle cli-read-timeout',
    options: { 'dryrun dry-run': 'dry' },
    verbs: 'strict',
    sub: {
      s3: {
        sub: {
          rm: {
            does: 'delete!',
            values: 'exclude include',
            options: {
              dryrun: 'dry',
              recursive: danger('cloud-delete', 'Deletes everything under a prefix.'),
            },
            risk: caution('cloud-delete', 'Deletes objects.'),
          },
          rb: { does: 'delete!', risk: danger('cloud-delete', 'Deletes a bucket.') },
          sync: {
            does: 'write',
            values: 'exclude include',
            options: {
              dryrun: 'dry',
              delete: danger('mirror-delete', 'Deletes from the target what the source does not have.'),
            },
          },
          'cp mv': {
            does: 'write',
            run: 'transfer',
            values: 'exclude include acl storage-class',
            options: { dryrun: 'dry' },
          },
          'ls presign': {},
          '*': { does: 'write' },
        },
      },
      ssm: {
        verbs: 'strict',
        sub: {
          'send-command': {
            run: 'send-command',
            values: 'document-name parameters targets instance-ids comment timeout-seconds document-version',
          },
        },
      },
      'configure sts help': { sub: { 'list get get-caller-identity': {}, '*': { does: 'write' } } },
      iam: {
        verbs: 'strict',
        sub: {
          'delete-group-policy delete-role-policy delete-user-policy detach-role-policy detach-user-policy remove-user-from-group':
            { does: 'write', risk: caution('cloud-change', 'Takes rights away.') },
          'list-groups list-users list-roles': {},
        },
      },
    },
  },
  'gcloud bq': {
    ...cloud(
      'project account configuration zone region format filter impersonate-service-account verbosity project_id',
    ),
    sub: {
      compute: {
        verbs: 'strict',
        sub: {
          ssh: {
            run: 'wrapper',
            values: 'zone project',
            options: { command: 'use:shell' },
            wraps: { skip: 99, scope: 'remote' },
          },
        },
      },
      storage: {
        verbs: 'strict',
        sub: {
          rsync: {
            does: 'write',
            options: {
              'dry-run': 'dry',
              'delete-unmatched-destination-objects': danger(
                'mirror-delete',
                'Deletes from the target what the source does not have.',
              ),
            },
          },
        },
      },
      'info init version help topic components config auth': { does: 'write' },
      rm: { does: 'delete!', risk: danger('cloud-delete', 'Deletes data sets or tables.') },
    },
  },
  az: cloud('subscription output o query g resource-group name n'),
  'doctl linode-cli hcloud scw vultr-cli civo oci ibmcloud aliyun tccli exo ovhcloud upctl openstack nova':
    cloud('o output context t access-token c profile region compartment-id'),
};
