import { type Environment, monitoringNamespace } from '../../environments/environment';
import { Manifest } from '../../integrity/manifests/manifest';
import { environmentObjects } from '../../object-sets';
import type { Platform } from '../../platform';
import type { KubernetesObject } from '../kubectl';
import { type Kubectl, troubleOf } from '../kubectl';
import type { Autoscaler, Certificate, CronJob, EndpointSlice, Job, Pod, Workload } from '../objects';

/** An environment at one moment, as plain objects. */
export interface Snapshot {
  /** When it was taken, in milliseconds. */
  readonly now: number;
  /** What the environment's manifests declare, of the kinds that are looked at. */
  readonly expected: readonly Manifest[];
  /** Everything of these kinds that there is. */
  readonly found: readonly KubernetesObject[];
  /** Certificates of cert-manager; `unknown kind` where the cluster has no cert-manager. */
  readonly certificates: readonly Certificate[] | 'unknown kind';
}

/** The kinds that are looked at, and what kubectl calls them. */
const kinds = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  Pod: 'pods',
  Service: 'services',
  EndpointSlice: 'endpointslices',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers',
  Ingress: 'ingresses',
  Job: 'jobs',
  CronJob: 'cronjobs',
} as const;

interface Objects {
  readonly Deployment: Workload;
  readonly StatefulSet: Workload;
  readonly DaemonSet: Workload;
  readonly Pod: Pod;
  readonly Service: KubernetesObject;
  readonly EndpointSlice: EndpointSlice;
  readonly HorizontalPodAutoscaler: Autoscaler;
  readonly Ingress: KubernetesObject;
  readonly Job: Job;
  readonly CronJob: CronJob;
}

/** The kinds that keep pods running. */
export const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;

/** What a snapshot has of some kinds. */
export function ofKind<Kind extends keyof Objects>({ found }: Snapshot, ...wanted: readonly Kind[]): Objects[Kind][] {
  return found.filter(({ kind }) => (wanted as readonly string[]).includes(kind)) as Objects[Kind][];
}

/** Reads an environment: one question to each namespace, and one for its certificates. */
export async function takeSnapshot(kubectl: Kubectl, platform: Platform, environment: Environment): Promise<Snapshot> {
  const { namespace } = environment;
  const names = Object.values(kinds).join(',');
  const [found, monitoring, certificates] = await Promise.all([
    kubectl.list(names, namespace),
    kubectl.list(names, monitoringNamespace(namespace)),
    listCertificates(kubectl, namespace),
  ]);
  return {
    now: Date.now(),
    expected: expectedObjects(platform, environment),
    found: [...found, ...monitoring],
    certificates,
  };
}

/** What the manifests declare, of the kinds that are looked at. */
function expectedObjects(platform: Platform, environment: Environment): Manifest[] {
  const objects = Object.values(environmentObjects(platform, environment).files).flat();
  return objects.map((object) => new Manifest(object)).filter(({ kind }) => kind in kinds);
}

async function listCertificates(kubectl: Kubectl, namespace: string): Promise<Snapshot['certificates']> {
  const answer = await kubectl.ask([
    'get',
    'certificates.cert-manager.io',
    `--namespace=${namespace}`,
    '--output=json',
  ]);
  if (/doesn't have a resource type/.test(answer.stderr)) return 'unknown kind';
  if (answer.status !== 0) throw troubleOf('kubectl get', answer);
  return (JSON.parse(answer.stdout) as { items: Certificate[] }).items;
}
