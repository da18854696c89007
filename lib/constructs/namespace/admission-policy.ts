import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Admission } from '../../platform/settings/kubernetes';
import { labelPlatform, type NamespaceScope } from '../kubernetes/metadata';

export interface AdmissionPolicyProps {
  /** Namespace whose pods it checks, and platform that it belongs to. */
  readonly namespaceScope: NamespaceScope;
  /** Label `app`, service account and image without tag of every container that its pods may have, with spaces between. */
  readonly permitted: readonly string[];
  /** Namespaces of operators that may make pods of their own here. */
  readonly operatorNamespaces: readonly string[];
  /** What happens to what is not permitted. */
  readonly kind: Exclude<Admission['kind'], 'none'>;
}

const apiVersion = 'admissionregistration.k8s.io/v1';

/** Variable of a policy that lists what is permitted. Its expression is JSON too, which a deploy reads. */
export const permittedVariable = 'permitted';

/**
 * A policy by which the API server checks the pods of a namespace, and the binding without which it has no effect.
 *
 * A workload is checked when its pod template is written, and a pod when anything but the controller of a workload makes it.
 * So what runs always comes back, after a drained node as after a change of the policy. It looks at what releases share, not
 * at tags and digests: a rollback and the next release need no other policy.
 */
export class AdmissionPolicy extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { namespaceScope, permitted, operatorNamespaces, kind }: AdmissionPolicyProps,
  ) {
    super(scope, id);
    // They are cluster-scoped, so their name begins with the namespace's.
    const metadata = { name: `${namespaceScope.namespace}-pods`, labels: labelPlatform(namespaceScope) };
    const spec = {
      // An expression fails for an object each time or never, and for none of ours: `Ignore` would only let such an object in.
      failurePolicy: 'Fail',
      matchConditions: [{ name: 'not-made-by-a-controller', expression: `!(${isController(operatorNamespaces)})` }],
      matchConstraints: {
        matchPolicy: 'Equivalent',
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespaceScope.namespace } },
        resourceRules,
      },
      validations,
      variables: [{ name: permittedVariable, expression: JSON.stringify(permitted, undefined, 1) }, ...podVariables],
    };
    new ApiObject(this, 'policy', { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata, spec });
    const validationActions = kind === 'deny' ? ['Deny', 'Audit'] : ['Warn', 'Audit'];
    new ApiObject(this, 'binding', {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: metadata.name, validationActions },
    });
  }
}

/** Subresources do not match: a scale, a debugging container, a status and a binding to a node are no new pods. */
const resourceRules = [
  ['', 'pods', 'replicationcontrollers'],
  ['apps', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'],
  ['batch', 'cronjobs', 'jobs'],
].map(([group, ...resources]) => ({
  apiGroups: [group],
  apiVersions: ['v1'],
  operations: ['CREATE', 'UPDATE'],
  resources,
  scope: '*',
}));

/** Kubernetes' own controllers, which make pods of templates that were checked; the last one where they share an account. */
const controllers = [
  ...['cronjob', 'daemon-set', 'deployment', 'job', 'replicaset', 'replication', 'statefulset'].map(
    (name) => `system:serviceaccount:kube-system:${name}-controller`,
  ),
  'system:kube-controller-manager',
];

function isController(operatorNamespaces: readonly string[]): string {
  const user = 'request.userInfo.username';
  const operators = operatorNamespaces.map((name) => `${user}.startsWith('system:serviceaccount:${name}:')`);
  return [`${user} in ${JSON.stringify(controllers, undefined, 1)}`, ...operators].join(' ||\n');
}

/** Where an object of each kind states its pods; by `dyn`, no kind is warned about fields that only others have. */
function writeTemplateExpression(object: 'object' | 'oldObject'): string {
  return [
    `request.kind.kind == 'Pod' ? dyn(${object}) :`,
    `request.kind.kind == 'CronJob' ? dyn(${object}).spec.jobTemplate.spec.template : dyn(${object}).spec.template`,
  ].join('\n');
}

const podVariables = [
  { name: 'pod', expression: writeTemplateExpression('object') },
  // An update that leaves the pods as they are is none of its business, such as the replicas of what is no longer permitted.
  {
    name: 'isSame',
    expression: `oldObject != null && variables.pod.spec == (${writeTemplateExpression('oldObject')}).spec`,
  },
  {
    name: 'containers',
    expression:
      'variables.pod.spec.containers + (has(variables.pod.spec.initContainers) ? variables.pod.spec.initContainers : [])',
  },
  {
    name: 'app',
    expression: [
      'has(variables.pod.metadata) && has(variables.pod.metadata.labels) &&',
      "'app' in variables.pod.metadata.labels ? variables.pod.metadata.labels['app'] : ''",
    ].join('\n'),
  },
  {
    name: 'account',
    expression: "has(variables.pod.spec.serviceAccountName) ? variables.pod.spec.serviceAccountName : 'default'",
  },
  {
    // An image without its tag and digest is its longest beginning that ends in a word; the port of a registry stays.
    name: 'unknownContainers',
    expression: [
      'variables.containers',
      ".map(c, variables.app + ' ' + variables.account + ' ' + c.image.find('^([^/@]*/)*[^/:@]+'))",
      `.filter(container, !(container in variables.${permittedVariable}))`,
    ].join('\n'),
  },
];

const remedy = 'docs/guides/admission.md says what to do';

const validations = [
  {
    expression: 'variables.isSame || variables.unknownContainers.size() == 0',
    message: `the manifests have no such pod; ${remedy}`,
    messageExpression: `'the manifests have no pod with this label app, service account and image: ' + variables.unknownContainers.join(', ') + '; ${remedy}'`,
    reason: 'Forbidden',
  },
  {
    expression:
      "variables.isSame || variables.containers.all(c, c.image.matches('[^/]:[^/:]+$') && !c.image.endsWith(':latest'))",
    message: `a container has an image without a version, or with the version latest; ${remedy}`,
    reason: 'Forbidden',
  },
];
