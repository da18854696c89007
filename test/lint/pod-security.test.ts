import { parseAllDocuments } from 'yaml';
import { lintManifests } from '../../lib/lint/lint-manifests';
import { podWith, together } from './rule-cases';

function namespaceWith(...labels: readonly string[]): string {
  const stated = labels.map((label) => `pod-security.kubernetes.io/${label}`).join(', ');
  return `{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {${stated}}}}`;
}

function findings(...objects: readonly string[]): string[] {
  const documents = parseAllDocuments(together(...objects)).map((document): unknown => document.toJS());
  return lintManifests(documents, { policy: false, rules: ['pod-security'] }).map(({ path }) => path);
}

/** The place of each failure below the pod's specification. */
function failures(level: string, container: string, spec = ''): string[] {
  return findings(namespaceWith(`enforce: ${level}`), podWith(container, spec)).map((path) => path.slice(5));
}

const context = 'containers[0].securityContext';
const hardened = 'allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}';
const hardenedPod = 'securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}';

/** Fields of the container and of the pod, and what `baseline` finds in them. */
const refusedByBaseline: readonly (readonly [container: string, spec: string, failure: string])[] = [
  ['', 'hostNetwork: true', 'hostNetwork'],
  ['', 'hostPID: true', 'hostPID'],
  ['', 'hostIPC: true', 'hostIPC'],
  ['securityContext: {privileged: true}', '', `${context}.privileged`],
  ['securityContext: {capabilities: {add: [NET_ADMIN]}}', '', `${context}.capabilities.add`],
  ['', 'volumes: [{name: a, hostPath: {path: /}}]', 'volumes[0]'],
  ['ports: [{containerPort: 80, hostPort: 80}]', '', 'containers[0].ports[0].hostPort'],
  ['', 'securityContext: {seccompProfile: {type: Unconfined}}', 'securityContext.seccompProfile.type'],
  ['securityContext: {appArmorProfile: {type: Unconfined}}', '', `${context}.appArmorProfile.type`],
  ['securityContext: {procMount: Unmasked}', '', `${context}.procMount`],
  ['', 'securityContext: {sysctls: [{name: kernel.msgmax, value: "1"}]}', 'securityContext.sysctls[0]'],
];

test.each(refusedByBaseline)('baseline refuses {%s} in a pod {%s}', (container, spec, failure) => {
  expect(failures('baseline', container, spec)).toEqual([failure]);
  expect(failures('privileged', container, spec)).toEqual([]);
});

test('baseline admits a pod that states nothing, and what is harmless', () => {
  expect(failures('baseline', '')).toEqual([]);
  const container = 'ports: [{containerPort: 80, hostPort: 0}], securityContext: {capabilities: {add: [CHOWN]}}';
  const spec = 'hostNetwork: false, securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: "1"}]}';
  expect(failures('baseline', container, spec)).toEqual([]);
});

test('restricted refuses a pod that states nothing, and admits one that states all', () => {
  expect(failures('restricted', '')).toEqual(
    ['allowPrivilegeEscalation', 'capabilities.drop', 'runAsNonRoot', 'seccompProfile.type'].map(
      (field) => `${context}.${field}`,
    ),
  );
  expect(failures('restricted', `securityContext: {${hardened}}`, hardenedPod)).toEqual([]);
});

const refusedByRestricted: readonly (readonly [context: string, spec: string, failure: string])[] = [
  ['allowPrivilegeEscalation: true, capabilities: {drop: [ALL]}', '', `${context}.allowPrivilegeEscalation`],
  ['allowPrivilegeEscalation: false, capabilities: {drop: [NET_RAW]}', '', `${context}.capabilities.drop`],
  ['allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [CHOWN]}', '', `${context}.capabilities.add`],
  [`${hardened}, runAsNonRoot: false`, '', `${context}.runAsNonRoot`],
  [`${hardened}, runAsUser: 0`, '', `${context}.runAsUser`],
  [hardened, ', volumes: [{name: a, nfs: {server: a, path: /}}]', 'volumes[0]'],
  [hardened, ', initContainers: [{name: b, image: b}]', 'initContainers[0].securityContext.allowPrivilegeEscalation'],
];

test.each(refusedByRestricted)('restricted refuses the context {%s} in a pod {%s}', (own, spec, failure) => {
  expect(failures('restricted', `securityContext: {${own}}`, hardenedPod + spec)[0]).toBe(failure);
});

test('restricted demands less of a pod of Windows, and of one in a namespace for users', () => {
  expect(failures('restricted', '', 'os: {name: windows}, securityContext: {runAsNonRoot: true}')).toEqual([]);
  const seccomp = 'securityContext: {seccompProfile: {type: RuntimeDefault}}';
  expect(failures('restricted', `securityContext: {${hardened}}`, `hostUsers: false, ${seccomp}`)).toEqual([]);
});

test('what several containers lack is one finding', () => {
  const pod = podWith('', 'initContainers: [{name: b, image: b}, {name: c, image: c}]');
  const documents = parseAllDocuments(together(namespaceWith('enforce: restricted'), pod));
  const found = lintManifests(
    documents.map((document): unknown => document.toJS()),
    { policy: false, rules: ['pod-security'] },
  );
  expect(found.map(({ message }) => message)).toEqual(
    Array(4).fill(expect.stringMatching(/\(restricted\), and 2 more of the pod$/)),
  );
});

test('the pods of workloads are checked, those of other namespaces and of operators are not', () => {
  const pod = podWith('securityContext: {privileged: true}');
  const job = pod
    .replace('apiVersion: v1, kind: Pod', 'apiVersion: batch/v1, kind: Job')
    .replace(/spec: (.*)\}$/, 'spec: {template: {spec: $1}}}');
  const namespace = namespaceWith('enforce: baseline');
  expect(findings(namespace, job)).toEqual([`spec.template.spec.${context}.privileged`]);
  expect(findings(namespace, pod.replace('namespace: shop', 'namespace: other'))).toEqual([]);
  expect(findings(namespaceWith('audit: restricted', 'warn: restricted'), pod)).toEqual([]);
  expect(findings(pod)).toEqual([]);
  expect(findings(namespace)).toEqual([]);
});

test('a namespace states a level and a version that exist', () => {
  const [level, version] = ['enforce', 'warn-version'].map(
    (name) => `metadata.labels[pod-security.kubernetes.io/${name}]`,
  );
  expect(findings(namespaceWith('enforce: Restricted', 'warn-version: "1.30"'))).toEqual([level, version]);
  expect(findings(namespaceWith('enforce: restricted', 'enforce-version: v1.30', 'warn-version: latest'))).toEqual([]);
});
