import type { CronJob } from '../../lib/cluster/kubernetes-types';
import { type KubernetesManifest, Manifest } from '../../lib/manifests/manifest';
import { PodTemplate } from '../../lib/manifests/pod-template';
import { createJobFromCronJob } from '../../lib/operations/backup/backup-jobs';
import { findMigrationTemplate, makeMigrationJob } from '../../lib/operations/deploy/migration';
import { makeSetAsideJob, type PostgresStatefulSet } from '../../lib/operations/restore/fresh-server';
import type { Environment } from '../../lib/platform/environment';
import { buildEnvironment, type ChartOutput, lintOutput, renderEnvironment } from '../../lib/synth/render-environment';
import { veza } from '../../lib/veza/veza';
import { refusals } from '../support/cel/admission';
import { changed } from '../support/changed';
import { clustered } from '../support/clustered';
import { staging } from '../support/environments/staging';
import { staging as small } from '../support/small-environment';

/** An environment whose policies refuse what is not of its manifests. */
function guarded(environment: Environment, minimum = '1.30', earlier: readonly string[] = []): Environment {
  const admission = { kind: 'deny', operatorNamespaces: ['cert-manager'], earlier } as const;
  return { ...environment, kubernetes: { ...environment.kubernetes, minimum, admission } };
}

interface Built extends ChartOutput {
  readonly objects: readonly KubernetesManifest[];
  readonly policies: readonly KubernetesManifest[];
}

function build(environment: Environment): Built {
  const output = buildEnvironment(veza, environment);
  const [objects, policies] = [output.files, output.policyFiles].map((files) => Object.values(files).flat());
  return { ...output, objects: objects ?? [], policies: policies ?? [] };
}

/** The workloads of some objects, and a pod of each as its controller makes it. */
function workloads(
  objects: readonly KubernetesManifest[],
): { workload: KubernetesManifest; pod: KubernetesManifest }[] {
  return objects.flatMap((workload) => {
    const template = PodTemplate.of(new Manifest(workload));
    if (template === undefined) return [];
    const { namespace = '', name } = workload.metadata;
    const metadata = { ...Object(template.metadata.value), name: `${name}-0`, namespace };
    return [
      { workload, pod: { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec.value } as KubernetesManifest },
    ];
  });
}

const ours = build(guarded(staging));
const own = workloads(ours.objects);
const api = own.find(({ workload }) => workload.metadata.name === 'veza-backend-api') as (typeof own)[number];
const deployment = api.workload;
const spec = 'spec.template.spec';

/** What the policies say of a request, without the hint to the documentation. */
function answers(request: Parameters<typeof refusals>[1], policies = ours.policies): string[] {
  return refusals(policies, request).map((line) => line.replace('; docs/guides/admission.md says what to do', ''));
}

test.each([
  ['staging', ours],
  ['a database cluster on Kubernetes 1.36', build(guarded(clustered, '1.36'))],
])(
  'the objects of %s are permitted, as workloads and as pods that a person copies',
  (_, { objects, policies, ...output }) => {
    const all = workloads(objects).flatMap(({ workload, pod }) => [workload, pod]);
    expect(all.length).toBeGreaterThan(20);
    expect(all.flatMap((object) => answers({ object }, policies))).toEqual([]);
    expect(lintOutput(output)).toEqual([]);
  },
);

test('every namespace with pods has a policy', () => {
  const refused = own.filter(({ pod }) => answers({ object: changed(pod, 'metadata.labels', undefined) }).length === 1);
  expect(refused).toHaveLength(own.length);
});

test('a Job that is made of a CronJob is permitted, and so is another release of each workload', () => {
  const backup = own.find(({ workload }) => workload.kind === 'CronJob')?.workload as KubernetesManifest;
  const { jobTemplate } = (backup as unknown as { spec: { jobTemplate: { spec: object } } }).spec;
  const metadata = { name: 'by-hand', namespace: backup.metadata.namespace ?? '' };
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: jobTemplate.spec };
  const text = JSON.stringify(own.map(({ workload }) => workload));
  const before: KubernetesManifest[] = JSON.parse(text.replaceAll(/("image":"[^"]*):[^":]*"/g, '$1:v0.0.1"'));
  expect(JSON.stringify(before)).not.toBe(text);
  const objects = [job, ...before];
  expect(objects.flatMap((object) => answers({ object }))).toEqual([]);
});

test('the Jobs that operations create are permitted', () => {
  const find = (kind: string, name: string) =>
    own.find(({ workload }) => workload.kind === kind && workload.metadata.name === name)?.workload as unknown;
  const server = find('StatefulSet', 'postgres') as PostgresStatefulSet;
  const backup = find('CronJob', 'postgres-backup') as CronJob;
  const jobs = [
    makeSetAsideJob(server, { name: 'damaged-1', bytes: 5 }, 'x'),
    createJobFromCronJob(backup, { verb: 'restore', args: ['restore'], writes: true }, 'x'),
    makeMigrationJob(findMigrationTemplate(ours.objects, 'veza') ?? backup, ours.objects, 0).job,
  ];
  expect(jobs.flatMap((job) => answers({ object: job as unknown as KubernetesManifest }))).toEqual([]);
});

const strange = (container: string) =>
  `the manifests have no pod with this label app, service account and image: veza-backend-api ${container}`;

test.each<[what: string, path: string, value: unknown, answer: string]>([
  [
    'an image of another registry',
    `${spec}.containers.0.image`,
    'docker.io/veza/backend-api:v1.0.0',
    strange('veza-service-account docker.io/veza/backend-api'),
  ],
  [
    'a path below an image',
    `${spec}.containers.0.image`,
    'ghcr.io/veza/backend-api:80/evil:v1',
    strange('veza-service-account ghcr.io/veza/backend-api:80/evil'),
  ],
  [
    'an image of another workload',
    `${spec}.containers.0.image`,
    'ghcr.io/veza/chat-server:v1.0.0',
    strange('veza-service-account ghcr.io/veza/chat-server'),
  ],
  [
    'an image by its digest, of another registry',
    `${spec}.containers.0.image`,
    `evil.test/x@sha256:${'0'.repeat(64)}`,
    strange('veza-service-account evil.test/x'),
  ],
  [
    'a container beside',
    `${spec}.containers.1`,
    { name: 'miner', image: 'evil.test/miner:v1' },
    strange('veza-service-account evil.test/miner'),
  ],
  [
    'an init container',
    `${spec}.initContainers`,
    [{ name: 'miner', image: 'evil.test/miner:v1' }],
    strange('veza-service-account evil.test/miner'),
  ],
  [
    'another account',
    `${spec}.serviceAccountName`,
    'postgres-backup',
    strange('postgres-backup ghcr.io/veza/backend-api'),
  ],
  ['no account', `${spec}.serviceAccountName`, undefined, strange('default ghcr.io/veza/backend-api')],
  [
    'the version latest',
    `${spec}.containers.0.image`,
    'ghcr.io/veza/backend-api:latest',
    'a container has an image without a version, or with the version latest',
  ],
  [
    'no version',
    `${spec}.containers.0.image`,
    'ghcr.io/veza/backend-api',
    'a container has an image without a version, or with the version latest',
  ],
])('refuses %s', (_, path, value, answer) => {
  const object = changed(deployment, path, value);
  expect(answers({ object })).toEqual([answer]);
  expect(answers({ object, old: deployment })).toEqual([answer]);
  const pod = changed(api.pod, path.replace('spec.template.', ''), value);
  expect(answers({ object: pod })).toEqual([answer]);
  expect(answers({ object: pod, old: api.pod })).toEqual([answer]);
});

test('refuses an image that is pinned by its digest no more than one with its tag', () => {
  const object = changed(deployment, `${spec}.containers.0.image`, `ghcr.io/veza/backend-api@sha256:${'0'.repeat(64)}`);
  expect(answers({ object })).toEqual([]);
});

test.each([
  'Deployment apps/v1',
  'StatefulSet apps/v1',
  'DaemonSet apps/v1',
  'ReplicaSet apps/v1',
  'Job batch/v1',
  'ReplicationController v1',
])('refuses a %s of which the manifests know nothing', (kindAndVersion) => {
  const [kind = '', apiVersion = ''] = kindAndVersion.split(' ');
  const template = {
    metadata: { labels: { app: 'miner' } },
    spec: { containers: [{ name: 'a', image: 'evil.test/a:v1' }] },
  };
  const object = { apiVersion, kind, metadata: { name: 'miner', namespace: 'veza-staging' }, spec: { template } };
  expect(answers({ object })).toEqual([expect.stringContaining('miner default evil.test/a')]);
  expect(answers({ object: changed(object, 'metadata.namespace', 'default') })).toEqual([]);
});

test('refuses the barest pod without failing', () => {
  const metadata = { name: 'bare', namespace: 'veza-staging' };
  const object = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'a', image: 'a' }] } };
  expect(answers({ object })).toEqual([
    expect.stringContaining('  default a'.trim()),
    expect.stringContaining('without a version'),
  ]);
});

const foreign = changed(
  changed(api.pod, 'spec.containers.0.image', 'quay.io/jetstack/solver:v1'),
  'metadata.labels',
  {},
);

test.each([
  ['the controller of a StatefulSet', 'system:serviceaccount:kube-system:statefulset-controller'],
  ['the controllers where they share an account', 'system:kube-controller-manager'],
  ['an operator that is stated', 'system:serviceaccount:cert-manager:cert-manager'],
])('whatever the policy says, %s brings pods back', (_, user) => {
  expect(answers({ object: foreign, user })).toEqual([]);
});

test.each([
  'system:serviceaccount:cert-manager-2:x',
  'system:serviceaccount:kube-system:other',
  'system:admin',
  'system:serviceaccount:cnpg-system:cnpg-manager',
])('%s makes no other pod', (user) => {
  expect(answers({ object: foreign, user })).toHaveLength(1);
});

test('the operator of a database cluster makes its pods without being stated', () => {
  const { policies } = build(guarded({ ...small, database: clustered.database }));
  expect(answers({ object: foreign, user: 'system:serviceaccount:cnpg-system:cnpg-manager' }, policies)).toEqual([]);
});

test('what is no longer permitted can still be scaled, restarted, labelled and paused', () => {
  const old = changed(deployment, `${spec}.containers.0.image`, 'ghcr.io/veza/old:v1');
  const annotated = changed(old, 'spec.template.metadata.annotations', { 'kubectl.kubernetes.io/restartedAt': 'now' });
  expect(answers({ object: old })).toHaveLength(1);
  expect(answers({ object: changed(annotated, 'spec.replicas', 0), old })).toEqual([]);
  const debugged = changed(api.pod, 'spec.ephemeralContainers', [
    { name: 'debug', image: 'docker.io/library/busybox' },
  ]);
  expect(answers({ object: debugged, old: api.pod, subresource: 'ephemeralcontainers' })).toEqual([]);
});

test('what an earlier release had can be stated, so that a rollback finds it', () => {
  const object = changed(deployment, `${spec}.containers.0.image`, 'ghcr.io/veza/old:v1');
  const { policies } = build(guarded(small, '1.30', ['veza-backend-api veza-service-account ghcr.io/veza/old']));
  expect(answers({ object }, policies)).toEqual([]);
});

test('the policies are no part of a release, and warn refuses nothing', () => {
  const environment = guarded(staging);
  const { files, objects, policies } = renderEnvironment(veza, environment);
  expect(Object.keys(files).filter((name) => name.includes('admission'))).toEqual([]);
  expect(objects.filter(({ kind }) => /Admission/.test(kind))).toEqual([]);
  expect(policies.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual(
    ['veza-staging', 'veza-staging-logs', 'veza-staging-monitoring']
      .flatMap((name) => [`ValidatingAdmissionPolicy ${name}-pods`, `ValidatingAdmissionPolicyBinding ${name}-pods`])
      .sort(),
  );
  const actions = (kind: string) =>
    build(changed(guarded(small), 'kubernetes.admission.kind', kind)).policies.flatMap(
      (object) => (object as never as { spec: { validationActions?: string[] } }).spec.validationActions ?? [],
    );
  expect(new Set(actions('deny'))).toEqual(new Set(['Deny', 'Audit']));
  expect(new Set(actions('warn'))).toEqual(new Set(['Warn', 'Audit']));
});

test('without them nothing is written', () => {
  expect(buildEnvironment(veza, staging).policyFiles).toEqual({});
});
