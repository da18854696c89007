import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { buildEnvironment } from '../../../../lib/synth/render-environment';
import { veza } from '../../../../lib/veza/veza';
import { programProblems } from '../../../cli/support/command-lines';
import { singleProduction } from '../../../support/clustered';
import { knownFiles } from '../../../support/known-manifests';
import { runbookCommands } from './runbook-commands';

interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: Readonly<Record<string, unknown>>;
    readonly ports?: readonly { readonly port: number }[];
    readonly template?: PodTemplate;
    /** Of a database cluster: what its pods have. */
    readonly inheritedMetadata?: PodTemplate['metadata'];
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
    readonly jobTemplate?: { readonly spec: { readonly template: PodTemplate } };
  };
}

interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly { readonly name: string; readonly ports?: readonly { name: string }[] }[];
  };
}

const project = join(__dirname, '..', '..', '..', '..');
const cluster = readFileSync(join(project, 'dist/cluster.k8s.yaml'), 'utf8');
const production = Object.entries(knownFiles).filter(([name]) => name.startsWith('production'));
const objects: Workload[] = [cluster, ...production.map(([, text]) => text)]
  .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS()))
  // Runbooks are for every kind of database.
  .concat(Object.values(buildEnvironment(veza, singleProduction).files).flat());
const namespaces: Readonly<Record<string, string>> = {
  '"$NS"': 'veza-production',
  '"$NS-monitoring"': 'veza-production-monitoring',
  'veza-nodes': 'veza-nodes',
};
const commands = runbookCommands();
const kubectl = commands.filter(({ text }) => text.startsWith('kubectl '));

/** What kubectl can be asked, of which runbooks ask nothing that goes around Helm. */
const verbs = [
  'auth',
  'cordon',
  'create',
  'debug',
  'delete',
  'describe',
  'exec',
  'get',
  'logs',
  'patch',
  'port-forward',
  'rollout',
  'scale',
  'top',
];

/** The namespace of ours that a command names, if it does. */
function namespaceOf(text: string): string | undefined {
  return namespaces[/ -n (\S+)/.exec(text)?.[1] ?? ''];
}

function inNamespace(text: string, ...kinds: readonly string[]): Workload[] {
  const namespace = namespaceOf(text);
  return objects.filter(({ kind, metadata }) => metadata.namespace === namespace && kinds.includes(kind));
}

function template({ spec }: Workload): PodTemplate | undefined {
  const pods = spec?.inheritedMetadata && { metadata: spec.inheritedMetadata, spec: { containers: [] } };
  return pods ?? spec?.template ?? spec?.jobTemplate?.spec.template;
}

test('runbooks have commands, and every one of kubectl is one that there is', () => {
  expect(kubectl.length).toBeGreaterThan(150);
  const found = kubectl.filter(({ text }) => !verbs.includes(text.split(' ')[1] ?? ''));
  expect(found).toEqual([]);
});

test('every command of veza that runbooks name exists, with its arguments and options', () => {
  const named = commands.flatMap(({ file, text }) =>
    [...text.matchAll(/npx veza ([^`]+)/g)].map(([, line = '']) => ({ file, problems: programProblems(line) })),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ problems }) => problems.length > 0)).toEqual([]);
});

test('runbooks name no script of npm', () => {
  expect(commands.filter(({ text }) => text.includes('npm run'))).toEqual([]);
});

test('every pod that has a number exists, and has the container that is asked', () => {
  const asked = kubectl.flatMap(({ file, text }) =>
    [...text.matchAll(/ (?:pods?|exec|logs|describe pod|delete pod)(?: -n \S+)? ([a-z-]+)-(\d)\b/g)].map(
      ([, name = '', number]) => ({
        file,
        text,
        name,
        number: Number(number),
        container: / -c ([a-z-]+)/.exec(text)?.[1],
      }),
    ),
  );
  expect(asked.length).toBeGreaterThan(20);
  const missing = asked.filter(({ text, name, number, container }) => {
    const found = inNamespace(text, 'StatefulSet').find(({ metadata }) => metadata.name === name);
    if (found === undefined || number >= (found.spec?.replicas ?? 1)) return true;
    return container !== undefined && !template(found)?.spec.containers.some((one) => one.name === container);
  });
  expect(missing).toEqual([]);
});

test('a command for the pod behind a Service asks a container that each of its pods has', () => {
  const asked = kubectl.flatMap(({ file, text }) => {
    const [, service, container] = / (?:exec|logs) -n \S+ service\/([a-z-]+) -c ([a-z-]+)/.exec(text) ?? [];
    return service === undefined ? [] : [{ file, text, service, container }];
  });
  expect(asked.length).toBeGreaterThan(10);
  const missing = asked.filter(({ text, service, container }) => {
    const selectors = inNamespace(text, 'Service').filter(({ metadata }) => metadata.name === service);
    return selectors.length === 0 || !selectors.every((one) => containersBehind(one, text).includes(container));
  });
  expect(missing).toEqual([]);
});

test('every object that a runbook names exists', () => {
  const kinds: Readonly<Record<string, string>> = {
    deployment: 'Deployment',
    statefulset: 'StatefulSet',
    service: 'Service',
    cronjob: 'CronJob',
    configmap: 'ConfigMap',
  };
  const named = kubectl.flatMap(({ file, text }) =>
    [
      ...text.matchAll(
        / (?:--from=)?(deployment|statefulset|service|cronjob|configmap)(?:\/| -n \S+ | )([a-z][a-z-]+)/g,
      ),
    ].map(([, kind = '', name = '']) => ({ file, text, kind: kinds[kind] ?? '', name })),
  );
  expect(named.length).toBeGreaterThan(10);
  const missing = named
    .filter(({ text }) => namespaceOf(text) !== undefined)
    .filter(({ text, kind, name }) => !inNamespace(text, kind).some(({ metadata }) => metadata.name === name));
  expect(missing).toEqual([]);
});

test('every claim that is named is made for a pod', () => {
  const named = kubectl.flatMap(({ file, text }) =>
    [...text.matchAll(/ (data-[a-z-]+-\d)\b/g)].map(([, claim = '']) => ({ file, text, claim })),
  );
  expect(named.length).toBeGreaterThan(1);
  const missing = named.filter(
    ({ text, claim }) =>
      !inNamespace(text, 'StatefulSet').some(({ metadata, spec }) =>
        spec?.volumeClaimTemplates?.some((one) => claim === `${one.metadata.name}-${metadata.name}-0`),
      ),
  );
  expect(missing).toEqual([]);
});

test('every label app that a runbook selects is one of a workload', () => {
  const named = kubectl.flatMap(({ file, text }) =>
    [...text.matchAll(/ -l app=([a-z-]+)/g)].map(([, app = '']) => ({ file, text, app })),
  );
  expect(named.length).toBeGreaterThan(10);
  const pods = ['Deployment', 'StatefulSet', 'CronJob', 'DaemonSet', 'Cluster'];
  const missing = named.filter(
    ({ text, app }) => !inNamespace(text, ...pods).some((one) => template(one)?.metadata.labels.app === app),
  );
  expect(missing).toEqual([]);
});

test('every port that is forwarded is there', () => {
  const forwards = kubectl.flatMap(({ file, text }) => {
    const [, kind = '', name = '', port = ''] =
      /port-forward -n \S+ (service|deployment)\/([a-z-]+) (?:\d+:)?(\w+)/.exec(text) ?? [];
    return kind === '' ? [] : [{ file, text, kind, name, port }];
  });
  expect(forwards.length).toBeGreaterThan(3);
  const missing = forwards.filter(({ text, kind, name, port }) => {
    const found = inNamespace(text, kind === 'service' ? 'Service' : 'Deployment').find(
      ({ metadata }) => metadata.name === name,
    );
    const numbers = [...(found?.spec?.ports ?? []).map((one) => String(one.port)), ...containerPorts(found)];
    return !numbers.includes(port);
  });
  expect(missing).toEqual([]);
});

/** Containers of the pods that a Service selects. The operator's container of a database cluster is its documentation's. */
function containersBehind({ spec }: Workload, text: string): (string | undefined)[] {
  const selector = Object.entries(spec?.selector ?? {});
  if (selector.some(([label]) => label.startsWith('cnpg.io/'))) return ['postgres'];
  const pods = inNamespace(text, 'StatefulSet', 'Deployment').map(template);
  return pods
    .filter((pod) => selector.every(([label, value]) => pod?.metadata.labels[label] === value))
    .flatMap((pod) => pod?.spec.containers.map(({ name }) => name) ?? []);
}

/** Names and numbers of the ports of a workload's containers. */
function containerPorts(workload: Workload | undefined): string[] {
  const containers = workload === undefined ? [] : (template(workload)?.spec.containers ?? []);
  return containers.flatMap(({ ports = [] }) => ports.flatMap((port) => Object.values(port).map(String)));
}
