import { type Manifest, podTemplate } from '../support/manifests';
import { committed, containers, objects, ofKind, workloads } from '../support/subjects';
import { rule } from './rule';

const policies = ofKind('NetworkPolicy');
const allowing = policies.filter(({ object }) => object.metadata.name !== 'default-deny');
const namespaces = ofKind('Namespace');
const clusterScoped = [
  ...['Namespace', 'PriorityClass', 'ClusterRole', 'ClusterRoleBinding'],
  ...['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
];
const quotaFields = ['requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];

/** What reaches pods, and what they reach. */
export const network = [
  rule('N1', 'each namespace denies everything that is not allowed', namespaces, ({ object, siblings }) =>
    siblings.some(
      ({ kind, metadata, spec }) =>
        kind === 'NetworkPolicy' &&
        metadata.namespace === object.metadata.name &&
        JSON.stringify(spec) === '{"podSelector":{},"policyTypes":["Ingress","Egress"]}',
    ),
  ),
  rule(
    'N1w',
    'one policy with one label finds a workload, and it has rules both ways',
    workloads,
    ({ podLabels, siblings }) => {
      const own = siblings.filter((other) => other.kind === 'NetworkPolicy' && finds(other, podLabels));
      const [policy] = own;
      const labels = Object.keys(policy?.spec?.podSelector?.matchLabels ?? {});
      return own.length === 1 && labels.length === 1 && hasRules(policy);
    },
  ),
  rule('N1b', 'an allowing policy has rules both ways', allowing, ({ object }) => hasRules(object)),
  rule(
    'N1t',
    'a policy is of both directions',
    policies,
    ({ object }) => object.spec?.policyTypes?.join() === 'Ingress,Egress',
  ),
  rule('N1p', 'a rule names its peers and its ports: without them it is open', allowing, ({ object }) =>
    [...(object.spec?.ingress ?? []), ...(object.spec?.egress ?? [])].every(
      ({ from, to, ports }) => (from ?? to ?? []).length > 0 && (ports ?? []).length > 0,
    ),
  ),
  rule('N2', 'an allowing policy finds the pods of a workload', allowing, ({ object, siblings }) =>
    siblings.map(podTemplate).some((template) => template && finds(object, template.metadata.labels ?? {})),
  ),
  rule(
    'N3',
    'Services are internal, name their ports and find pods',
    ofKind('Service'),
    ({ object: { spec }, siblings }) => {
      const selector = { ...spec?.selector } as Readonly<Record<string, string>>;
      const pods = siblings.filter(({ spec: other }) => matches(selector, other?.template?.metadata.labels ?? {}));
      return (
        ['ClusterIP', undefined].includes(spec?.type) &&
        spec?.externalIPs === undefined &&
        (spec?.ports ?? []).length > 0 &&
        (spec?.ports ?? []).every(
          ({ name, targetPort }) => (name ?? '') !== '' && pods.some((pod) => listens(pod, targetPort)),
        ) &&
        pods.length === 1
      );
    },
  ),
  rule(
    'N4',
    'an Ingress has a class, TLS for its hosts, and a Service with the port',
    ofKind('Ingress'),
    ({ object: { metadata, spec }, siblings }) => {
      const rules = spec?.rules ?? [];
      const secured = (spec?.tls ?? []).flatMap(({ hosts }) => hosts);
      const backends = rules.flatMap(({ http }) => http.paths.map(({ backend }) => backend.service));
      return (
        (spec?.ingressClassName ?? '') !== '' &&
        !('kubernetes.io/ingress.class' in (metadata.annotations ?? {})) &&
        rules.length > 0 &&
        rules.every(({ host }) => secured.includes(host)) &&
        backends.every(({ name, port }) => siblings.some((other) => offers(other, name, port.number)))
      );
    },
  ),
  rule(
    'N5',
    'what lies in a namespace names it, and its file creates it, or one before it in the order of kubectl',
    objects,
    (subject) => {
      const { kind, metadata } = subject.object;
      if (clusterScoped.includes(kind)) return metadata.namespace === undefined;
      const creator = namespaces.find(({ object }) => object.metadata.name === metadata.namespace);
      return creator !== undefined && objects.indexOf(creator) < objects.indexOf(subject);
    },
  ),
  rule(
    'N5u',
    'no object is there twice, in whichever file',
    committed.objects,
    ({ object }) => committed.objects.filter((other) => addressOf(other.object) === addressOf(object)).length === 1,
  ),
  rule(
    'N5n',
    "no namespace is one of the cluster's own",
    namespaces,
    ({ object }) => !['default', 'kube-system', 'kube-public', 'kube-node-lease'].includes(object.metadata.name),
  ),
  rule(
    'N6',
    'namespaces hold pods to the restricted standard',
    namespaces,
    ({ object }) => podSecurity(object, 'enforce') === 'restricted',
  ),
  rule('N6w', 'namespaces warn of and log what is not restricted', namespaces, ({ object }) =>
    ['audit', 'warn'].every((mode) => podSecurity(object, mode) === 'restricted'),
  ),
  rule(
    'N6o',
    'a namespace that is not restricted runs one DaemonSet and nothing else',
    namespaces.filter(({ object }) => podSecurity(object, 'enforce') !== 'restricted'),
    ({ siblings }) =>
      siblings
        .filter((object) => podTemplate(object) !== undefined)
        .map(({ kind }) => kind)
        .join() === 'DaemonSet',
  ),
  rule(
    'N6v',
    'namespaces pin the version that they enforce, and log and warn of what the newest would refuse',
    namespaces,
    ({ object }) =>
      /^v1\.\d+$/.test(podSecurity(object, 'enforce-version') ?? '') &&
      ['audit', 'warn'].every((mode) => podSecurity(object, `${mode}-version`) === 'latest'),
  ),
  rule(
    'N6s',
    'a namespace warns of nothing that it admits on purpose, which would be said at each deploy',
    namespaces,
    ({ object }) => podSecurity(object, 'warn') === podSecurity(object, 'enforce'),
  ),
  rule('N7q', 'each quota is of CPU and memory', ofKind('ResourceQuota'), ({ object }) =>
    quotaFields.every((field) => field in (object.spec?.hard ?? {})),
  ),
  rule(
    'N7c',
    'a claim stands before the quota, which refuses it until it is counted',
    ofKind('PersistentVolumeClaim'),
    ({ object, siblings }) =>
      siblings.indexOf(object) < siblings.findIndex(({ kind }) => kind === 'ResourceQuota') &&
      siblings.indexOf(object) > siblings.findIndex(({ kind }) => kind === 'Namespace'),
  ),
  rule('N7', 'namespaces have a quota of CPU and memory', namespaces, ({ object, siblings }) =>
    siblings.some(
      ({ kind, metadata, spec }) =>
        kind === 'ResourceQuota' &&
        metadata.namespace === object.metadata.name &&
        spec?.scopeSelector === undefined &&
        quotaFields.every((field) => field in (spec?.hard ?? {})),
    ),
  ),
  rule('N7l', 'namespaces have limits and defaults for containers', namespaces, ({ object, siblings }) =>
    siblings.some(
      ({ kind, metadata, spec }) =>
        kind === 'LimitRange' &&
        metadata.namespace === object.metadata.name &&
        (spec?.limits ?? []).some(
          (limits) =>
            limits.type === 'Container' &&
            [limits.min, limits.max, limits.default, limits.defaultRequest].every(
              (amounts) => Object.keys(amounts).join() === 'cpu,ephemeral-storage,memory',
            ),
        ),
    ),
  ),
  rule('N8', 'containers listen on ports that need no privilege', containers, ({ container }) =>
    (container.ports ?? []).every(({ containerPort }) => containerPort >= 1024),
  ),
];

function addressOf({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.namespace}/${metadata.name}`;
}

function hasRules(policy: Manifest | undefined): boolean {
  const { ingress = [], egress = [] } = policy?.spec ?? {};
  return ingress.length > 0 && egress.length > 0;
}

function finds({ spec }: Manifest, labels: Readonly<Record<string, string>>): boolean {
  return matches(spec?.podSelector?.matchLabels ?? {}, labels);
}

function matches(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries(selector);
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value);
}

function listens({ spec }: Manifest, port: number | string): boolean {
  const ports = (spec?.template?.spec.containers ?? []).flatMap((container) => container.ports ?? []);
  return ports.some(({ name, containerPort }) => name === port || containerPort === port);
}

function offers({ kind, metadata, spec }: Manifest, service: string, port: number): boolean {
  return (
    kind === 'Service' && metadata.name === service && (spec?.ports ?? []).some((offered) => offered.port === port)
  );
}

function podSecurity({ metadata }: Manifest, mode: string): string | undefined {
  return metadata.labels?.[`pod-security.kubernetes.io/${mode}`];
}
