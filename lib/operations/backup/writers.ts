import { FailedError } from '../../problems';
import { serviceWorkload } from '../../services/microservice';
import { veza } from '../../veza';
import type { KubernetesObject } from '../kubectl';
import { poll } from '../poll';
import type { PodSpec } from './jobs';
import type { Site } from './site';

/** A Deployment that writes to the database. */
interface Writer extends KubernetesObject {
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: { readonly spec: PodSpec };
  };
  readonly status?: { readonly observedGeneration?: number; readonly availableReplicas?: number };
}

/** Seconds that pods may take to be gone beyond the grace that they have. */
const removalSeconds = 120;

/** The Deployments of every service whose contract calls the database. */
export function writerNames(): string[] {
  return veza.services
    .filter(({ calls }) => (calls as readonly string[]).includes('database'))
    .map(({ name }) => serviceWorkload(veza.name, name));
}

/** Waits until no pod of some Deployments is left. */
export async function writersGone(site: Site, names: readonly string[]): Promise<void> {
  const { kubectl, environment, clock, signal, progress } = site;
  const writers = await found(site, names);
  const graces = writers.map(({ spec }) => spec.template.spec.terminationGracePeriodSeconds ?? 30);
  const late = () => new FailedError(['the pods of the services do not end']);
  const look = async () => {
    const pods: KubernetesObject[] = [];
    for (const { spec } of writers) {
      const labels = Object.entries(spec.selector.matchLabels).map(([key, value]) => `${key}=${value}`);
      pods.push(...(await kubectl.list('pods', environment.namespace, `--selector=${labels.join(',')}`)));
    }
    if (pods.length > 0)
      progress.update(`${pods.length} pods end: ${pods.map(({ metadata }) => metadata.name).join(', ')}`);
    return pods.length === 0 || undefined;
  };
  await poll(look, { clock, signal, seconds: Math.max(0, ...graces) + removalSeconds, late });
}

/** Waits until Deployments have as many available pods as they are to have. */
export async function writersReady(
  site: Site,
  writers: readonly { readonly name: string; readonly replicas: number }[],
): Promise<void> {
  const { environment, clock, signal, progress } = site;
  const { timeoutSeconds } = environment.deployment;
  let missing: string[] = [];
  const look = async () => {
    const seen = await found(
      site,
      writers.map(({ name }) => name),
    );
    missing = writers.flatMap(({ name, replicas }) => {
      const available = availableOf(seen.find(({ metadata }) => metadata.name === name));
      return available < replicas ? [`${name} has ${available} of ${replicas} pods ready`] : [];
    });
    if (missing.length > 0) progress.update(missing.join(', '));
    return missing.length === 0 || undefined;
  };
  const late = () => new FailedError(missing.map((line) => `${line} after ${timeoutSeconds} s`));
  await poll(look, { clock, signal, seconds: timeoutSeconds, late });
}

/** What the controller has not seen yet, it tells of as it was. */
function availableOf(writer: Writer | undefined): number {
  const { observedGeneration = 0, availableReplicas = 0 } = writer?.status ?? {};
  return observedGeneration < (writer?.metadata.generation ?? 0) ? 0 : availableReplicas;
}

async function found({ kubectl, environment }: Site, names: readonly string[]): Promise<Writer[]> {
  const deployments = await kubectl.list<Writer>('deployments', environment.namespace);
  return deployments.filter(({ metadata }) => names.includes(metadata.name));
}
