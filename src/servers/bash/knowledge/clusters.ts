/**
 * Kubernetes and what is built on it.
 * They exist because namespaces, releases and whole clusters go with one word.
 * Invariant: what deletes or evicts is dangerous, other changes are caution, and client-side dry runs are neither.
 */
import { caution, danger, type Spec, type Table } from './spec.js';

const gone = (code: string, message: string): Spec => ({
  does: 'delete!',
  options: { 'dry-run n': 'dry' },
  risk: danger(code, message),
});
const exec: Spec = {
  run: 'wrapper',
  values: 'e env w workdir u user env-file detach-keys index',
  wraps: { skip: 1, scope: 'remote' },
  does: 'exec',
};

export const clusters: Table = {
  'kubectl k oc kubecolor microk8s.kubectl': {
    does: 'network',
    values:
      'n namespace context kubeconfig cluster user s server as token o output l selector f filename field-selector c container',
    verbs: 'cautious',
    sub: {
      delete: {
        does: 'delete!',
        values:
          'n namespace l selector f filename k kustomize grace-period timeout field-selector context cascade',
        options: { 'dry-run': 'dry' },
        risk: danger('cluster-delete', 'Deletes resources of the cluster, and what they hold.'),
      },
      drain: {
        does: 'process',
        values: 'grace-period timeout pod-selector',
        options: { 'dry-run': 'dry' },
        risk: danger('drain-node', 'Evicts everything from a node.'),
      },
      'cordon uncordon taint label annotate': {
        does: 'write',
        options: { 'dry-run': 'dry' },
        risk: caution('cluster-change', 'Changes the cluster.'),
      },
      replace: {
        does: 'write',
        values: 'f filename n',
        options: {
          force: danger('cluster-replace', 'Deletes resources and makes them again.'),
          'dry-run': 'dry',
        },
        risk: caution('cluster-change', 'Changes the cluster.'),
      },
      apply: {
        does: 'write',
        values: 'f filename k kustomize n namespace l',
        options: {
          force: danger(
            'cluster-replace',
            'Deletes resources and makes them again where they cannot be changed.',
          ),
          prune: danger('cluster-delete', 'Deletes resources that the files do not name.'),
          'dry-run': 'dry',
          'force-conflicts server-side': 'force',
        },
        risk: caution('cluster-change', 'Changes the cluster.'),
      },
      scale: {
        does: 'write',
        values: 'replicas',
        options: { 'dry-run': 'dry' },
        risk: caution('cluster-change', 'Changes how many run.'),
      },
      'create patch set edit expose autoscale run rollout cp attach debug': {
        does: 'write',
        values: 'image p type n',
        options: { 'dry-run': 'dry' },
        risk: caution('cluster-change', 'Changes the cluster.'),
        run: 'rollout',
      },
      exec: {
        run: 'wrapper',
        values: 'c container n namespace f filename',
        wraps: { dashes: true, skip: 1, scope: 'remote' },
      },
      rsh: exec,
      adm: {
        sub: {
          drain: { risk: danger('drain-node', 'Evicts everything from a node.') },
          prune: gone('cluster-delete', 'Deletes old resources.'),
          '*': {},
        },
      },
      config: {
        sub: {
          'view get-contexts current-context get-clusters get-users': {},
          'delete-context delete-cluster delete-user unset': {
            does: 'write',
            risk: caution('kube-config', 'Forgets a cluster or a user.'),
          },
          '*': { does: 'write' },
        },
      },
      'get describe logs top explain api-resources api-versions version cluster-info auth diff wait events port-forward proxy plugin completion help options kustomize whoami status project projects':
        {},
    },
  },
  'kubectx kubens k9s stern kubeval kube-score kubeconform kustomize': { does: 'network' },
  'helm helm3': {
    does: 'network',
    values: 'n namespace f values set version kube-context repo timeout',
    options: { 'dry-run': 'dry' },
    sub: {
      'uninstall delete del un': {
        does: 'delete!',
        options: { 'dry-run': 'dry', 'keep-history': 'force' },
        risk: danger('cluster-delete', 'Removes a release with what it deployed.'),
      },
      upgrade: {
        does: 'write',
        values: 'f values set version n',
        options: {
          force: danger('cluster-replace', 'Deletes resources and makes them again.'),
          'dry-run': 'dry',
          'i install': 'force',
        },
        risk: caution('cluster-change', 'Changes a release.'),
      },
      'rollback install': {
        does: 'write',
        options: { 'dry-run': 'dry' },
        risk: caution('cluster-change', 'Changes a release.'),
      },
      'list ls status get history show search template lint version env pull verify dependency dep test completion help':
        {},
      '*': { does: 'write' },
    },
  },
  'helmfile skaffold tilt argocd flux istioctl linkerd kops kubeadm eksctl k3d kind minikube k3s talosctl rancher':
    {
      does: 'network',
      sub: {
        'destroy delete reset uninstall down': {
          does: 'delete!',
          options: { 'dry-run': 'dry' },
          risk: danger('cluster-delete', 'Deletes a cluster or what runs in it.'),
        },
        'app cluster proj repo': { verbs: 'strict', sub: {} },
        'get list status version check diff template validate analyze dashboard logs describe': {},
        '*': { does: 'write' },
      },
    },
};
