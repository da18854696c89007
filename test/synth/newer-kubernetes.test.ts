import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintManifests } from '../../lib/lint/lint-manifests';
import type { KubernetesManifest } from '../../lib/manifests/manifest';
import { findSchemaProblems } from '../../lib/platform/errors';
import { type KubernetesSettings, kubernetesSchema } from '../../lib/platform/settings/kubernetes';
import { steps, useNewerKubernetes } from '../../lib/synth/newer-kubernetes';
import { buildEnvironment } from '../../lib/synth/render-environment';
import { veza } from '../../lib/veza/veza';
import { staging } from '../support/environments/staging';
import { project } from '../support/manifests';

const admission = { kind: 'none' } as const;
const old: KubernetesSettings = { minimum: '1.27', userNamespaces: false, appArmor: false, admission };
const all: KubernetesSettings = { minimum: '1.36', userNamespaces: true, appArmor: true, admission };

function container(name: string, more: object = {}) {
  return { name, image: `registry.test/${name}:v1`, ...more };
}

function deployment(spec: object): KubernetesManifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec } },
  } as KubernetesManifest;
}

/** The specification of the pods of a Deployment after all steps. */
function podSpec(spec: object, settings = all) {
  const [object] = useNewerKubernetes(settings, [deployment(spec)]);
  return (object as never as { spec: { template: { spec: Record<string, unknown> } } }).spec.template.spec;
}

const sleeping = container('web', { lifecycle: { preStop: { exec: { command: ['/bin/sleep', '10'] } } } });
const metrics = container('exporter', { ports: [{ name: 'metrics', containerPort: 9100 }] });

test('an object for 1.27 stays the very same', () => {
  const object = deployment({ containers: [sleeping, metrics] });
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: {} } as KubernetesManifest;
  expect(useNewerKubernetes(old, [object, service])).toEqual([object, service]);
  expect(useNewerKubernetes(old, [object])[0]).toBe(object);
});

test('the wait before a stop is made by the kubelet, and any other hook stays', () => {
  const hook = { preStop: { exec: { command: ['nginx', '-s', 'quit'] } } };
  const { containers } = podSpec({ containers: [sleeping, container('proxy', { lifecycle: hook })] });
  expect(containers).toMatchObject([{ lifecycle: { preStop: { sleep: { seconds: 10 } } } }, { lifecycle: hook }]);
  expect(JSON.stringify(containers)).not.toContain('/bin/sleep');
});

test('an exporter beside a server becomes a sidecar after the init containers; one that is alone stays', () => {
  const { containers, initContainers } = podSpec({
    containers: [container('db'), metrics],
    initContainers: [container('init')],
  });
  expect(containers).toMatchObject([{ name: 'db' }]);
  expect(initContainers).toMatchObject([{ name: 'init' }, { name: 'exporter', restartPolicy: 'Always' }]);
  expect(podSpec({ containers: [metrics] })).toMatchObject({ containers: [{ name: 'exporter' }] });
});

test('a helper that is no exporter stays beside its server, on which its start may depend', () => {
  expect(podSpec({ containers: [container('db'), container('roles')] }).containers).toHaveLength(2);
});

test('Services with an address keep requests in their zone', () => {
  const service = (spec: object) =>
    ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec }) as KubernetesManifest;
  const [plain, headless, external] = useNewerKubernetes(all, [
    service({}),
    service({ clusterIP: 'None' }),
    service({ type: 'ExternalName' }),
  ]);
  expect(plain).toMatchObject({ spec: { trafficDistribution: 'PreferClose' } });
  expect([headless, external]).toEqual([service({ clusterIP: 'None' }), service({ type: 'ExternalName' })]);
});

test('pods state groups, profile and user namespace; those of the node keep its users', () => {
  const stated = podSpec({ containers: [container('web')], securityContext: { runAsNonRoot: true } });
  expect(stated).toMatchObject({
    hostUsers: false,
    securityContext: {
      runAsNonRoot: true,
      supplementalGroupsPolicy: 'Strict',
      appArmorProfile: { type: 'RuntimeDefault' },
    },
  });
  const volumes = [{ name: 'node', hostPath: { path: '/' } }];
  for (const node of [{ hostNetwork: true }, { hostPID: true }, { volumes }]) {
    expect(podSpec({ containers: [container('web')], ...node })).not.toHaveProperty('hostUsers');
  }
});

test('user namespaces and AppArmor are used only where they are stated', () => {
  const spec = podSpec({ containers: [container('web')] }, { ...all, userNamespaces: false, appArmor: false });
  expect(JSON.stringify(spec)).not.toMatch(/hostUsers|appArmor/);
});

test('folders of the node are read-only in all depths, unless mounts are propagated', () => {
  const volumeMounts = [
    { name: 'node', mountPath: '/a', readOnly: true },
    { name: 'node', mountPath: '/b' },
    { name: 'node', mountPath: '/c', readOnly: true, mountPropagation: 'HostToContainer' },
    { name: 'own', mountPath: '/d', readOnly: true },
  ];
  const volumes = [
    { name: 'node', hostPath: { path: '/' } },
    { name: 'own', emptyDir: {} },
  ];
  const [changed] = podSpec({ containers: [container('web', { volumeMounts })], volumes }).containers as [
    { volumeMounts: { mountPath: string; recursiveReadOnly?: string }[] },
  ];
  const recursive = changed.volumeMounts.filter(({ recursiveReadOnly }) => recursiveReadOnly === 'IfPossible');
  expect(recursive.map(({ mountPath }) => mountPath)).toEqual(['/a']);
});

describe.each(Object.entries(steps))('%s', (name, step) => {
  test('makes what Kubernetes knows from its version on', () => {
    const minimum = `1.${step.since}`;
    const environment = {
      ...staging,
      kubernetes: { minimum, userNamespaces: step.since >= 33, appArmor: step.since >= 30, admission },
    };
    const { files, check } = buildEnvironment(veza, environment);
    const findings = lintManifests(Object.values(files).flat(), { ...check, policy: false });
    expect(findings.map(({ message }) => message)).toEqual([]);
  });

  test('is documented', () => {
    const page = readFileSync(join(project, 'docs/decisions/0032-newer-kubernetes.md'), 'utf8').replace(/\s+/g, ' ');
    expect(page).toContain(`| 1.${step.since} | ${step.what} | ${step.why} |`);
    expect(name).not.toBe('');
  });
});

test.each([
  ['1.26', {}, 'kubernetes.minimum: "1.26": use a version from 1.27 to 1.36'],
  ['1.30.2', {}, 'kubernetes.minimum: "1.30.2": use a version from 1.27 to 1.36'],
  [
    '1.32',
    { userNamespaces: true },
    'kubernetes.userNamespaces: true: needs Kubernetes 1.33; state that as the minimum, or false here',
  ],
  [
    '1.29',
    { appArmor: true },
    'kubernetes.appArmor: true: needs Kubernetes 1.30; state that as the minimum, or false here',
  ],
  [
    '1.29',
    { admission: { kind: 'warn', operatorNamespaces: ['cert-manager'], earlier: [] } },
    'kubernetes.admission.kind: "warn": needs Kubernetes 1.30; state that as the minimum, or none here',
  ],
  [
    '1.30',
    { admission: { kind: 'deny', operatorNamespaces: [], earlier: [] } },
    'kubernetes.admission.operatorNamespaces: []: is empty; name at least that of cert-manager',
  ],
  [
    '1.30',
    { admission: { kind: 'deny', operatorNamespaces: ['cert-manager'], earlier: ['ghcr.io/veza/chat'] } },
    'kubernetes.admission.earlier.0: "ghcr.io/veza/chat": use a label app, a service account and an image',
  ],
])('refuses minimum %s with %j', (minimum, features, problem) => {
  expect(findSchemaProblems(kubernetesSchema, { ...old, minimum, ...features }, 'kubernetes')).toEqual([problem]);
});
