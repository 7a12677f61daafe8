/**
 * Orders to a cloud or a cluster that open it: rights over everything, doors for everyone, watchers switched off.
 * They exist because no verb in them deletes, and yet what they open is hard to close again.
 * Invariant: judged by the words of the call alone; a dry run opens nothing.
 */
import { type Call, DANGEROUS, type Machine } from '../machine.js';
import { shown } from '../words/field.js';

interface Grant {
  readonly code: string;
  readonly message: string;
  /** All of them must match the words of the call. */
  readonly all: readonly RegExp[];
  /** None of them may. */
  readonly but?: RegExp;
}

const EVERYONE = /(?:^|[\s=",:'[])(?:0\.0\.0\.0\/0|::\/0)/;
const opens = (all: readonly RegExp[], but?: RegExp): Grant => ({
  code: 'opens-door',
  message: 'Lets everyone on the internet in.',
  all,
  ...(but ? { but } : {}),
});
const grants = (...all: readonly RegExp[]): Grant => ({
  code: 'grants-all',
  message: 'Gives someone rights over everything.',
  all,
});
const blinds = (...all: readonly RegExp[]): Grant => ({
  code: 'audit-off',
  message: 'Switches off what records or guards.',
  all,
});
const stops = (...all: readonly RegExp[]): Grant => ({
  code: 'stops-all',
  message: 'Takes everything of a kind out of service.',
  all,
});

const AWS: readonly Grant[] = [
  grants(
    /^iam (?:attach|put)-\w+-policy\b/,
    /AdministratorAccess|IAMFullAccess|PowerUserAccess|"Action":\s*(?:\["\*"\]|"\*")/,
  ),
  grants(/^iam update-assume-role-policy\b/, /"AWS":\s*"\*"|"Principal":\s*"\*"/),
  opens(
    [/^ec2 authorize-security-group-ingress\b/, EVERYONE],
    /--port[= ](?:80|443)\b|FromPort=(?:80|443),ToPort=(?:80|443)\b/,
  ),
  opens([/^s3api put-(?:bucket|object)-acl\b/, /--acl[= ]public-read|AllUsers|AuthenticatedUsers/]),
  opens([/^s3api put-bucket-policy\b/, /"Principal":\s*(?:"\*"|\{\s*"AWS":\s*"\*")/, /"Allow"/]),
  opens([/^s3api put-public-access-block\b/, /=\s*false|:\s*false/i]),
  opens([/^(?:rds|redshift) (?:modify|create)-/, /--publicly-accessible/], /--no-publicly-accessible/),
  opens([/^lambda add-permission\b/, /--principal[= ]\*/]),
  opens([/^ec2 modify-(?:snapshot|image)-attribute\b/, /\bGroup(?:Names)?=?\s*all\b|group-names all/i]),
  blinds(/^cloudtrail (?:stop-logging|update-trail .*--no-is-multi|put-event-selectors)/),
  blinds(
    /^(?:guardduty|securityhub|macie2|inspector2|config\w*) (?:disable\S*|stop-\S+|update-detector .*--no-enable)/,
  ),
  {
    code: 'dns-change',
    message: 'Deletes names that others look up.',
    all: [/^route53 change-resource-record-sets\b/, /"?Action"?\s*[:=]\s*"?DELETE/],
  },
  stops(
    /^(?:ecs update-service|autoscaling (?:update-auto-scaling-group|set-desired-capacity))\b/,
    /--(?:desired-count|desired-capacity|max-size)[= ]0\b/,
  ),
];
const GCLOUD: readonly Grant[] = [
  grants(
    /\badd-iam-policy-binding\b/,
    /roles\/(?:owner|editor|iam\.securityAdmin|resourcemanager\.organizationAdmin)\b/,
  ),
  opens([/\badd-iam-policy-binding\b/, /\ballUsers\b|\ballAuthenticatedUsers\b/]),
  opens(
    [/\bfirewall-rules (?:create|update)\b/, EVERYONE],
    /--(?:allow|rules)[= ]tcp:(?:80|443)(?:,tcp:(?:80|443))?(?:\s|$)|--action[= ]deny/i,
  ),
  opens([/\bsql instances (?:patch|create)\b/, /--authorized-networks\S*[= ]\S*0\.0\.0\.0\/0/]),
  blinds(/\blogging sinks update\b/, /--disabled/),
];
const AZURE: readonly Grant[] = [
  grants(/^role assignment create\b/, /--role[= ](?:Owner|User Access Administrator)\b/i),
  opens(
    [
      /^network nsg rule (?:create|update)\b/,
      /--source-address-prefix(?:es)?[= ](?:\*|internet|0\.0\.0\.0\/0|any)(?:\s|$)/i,
      /--access[= ]allow|^(?!.*--access)/i,
    ],
    /--destination-port-ranges?[= ](?:80|443)(?: (?:80|443))?(?:\s|$)|--access[= ]deny/i,
  ),
  opens([
    /^storage (?:account|container)\b/,
    /--allow-blob-public-access[= ]true|--public-access[= ](?:blob|container)/i,
  ]),
  opens([
    /firewall-rule create\b/,
    /--start-ip-address[= ]0\.0\.0\.0\b/,
    /--end-ip-address[= ]255\.255\.255\.255/,
  ]),
];
const KUBERNETES: readonly Grant[] = [
  grants(
    /\bcreate (?:cluster)?rolebinding\b/,
    /--clusterrole[= ](?:cluster-admin|admin)\b|system:(?:anonymous|unauthenticated)/,
  ),
  grants(/\bcreate clusterrole\b/, /--verb[= ]\*/, /--resource[= ]\*/),
  grants(/\badm policy add-(?:cluster-role|scc)-to-(?:user|group)\b/, /cluster-admin|privileged|anyuid/),
  stops(/\bscale\b/, /\s--replicas[= ]0\b/, /\s(?:--all|-A|--all-namespaces)\b/),
];

const BY_PROGRAM: ReadonlyMap<string, readonly Grant[]> = new Map([
  ['aws', AWS],
  ['gcloud', GCLOUD],
  ['az', AZURE],
  ...['kubectl', 'k', 'oc', 'kubecolor', 'microk8s.kubectl'].map((name) => [name, KUBERNETES] as const),
]);
/** Options before the service, which say only where and how. */
const AHEAD =
  /^(?:--(?:profile|region|output|endpoint-url|query|subscription|project|account)(?:=\S+| \S+) |--\S+ )+/;

export function judgeGrants(machine: Machine, call: Call): void {
  const rules = BY_PROGRAM.get(call.name);
  if (rules === undefined) return;
  const text = shown(call.fields.map((field) => field.text).join(' '));
  const words = text.replace(AHEAD, '');
  for (const { all, but, code, message } of rules) {
    if (!all.every((pattern) => pattern.test(words)) || but?.test(words)) continue;
    if (/--dry-run(?!=none)|--dryrun|--generate-cli-skeleton|(?:^|\s)(?:help|--help)(?:\s|$)/.test(words))
      return;
    machine.find(DANGEROUS, code, message, call);
  }
}
