import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { PodTemplate } from '../../manifests/pod-template';
import { computePodCount, indexAutoscalers, scaleOf } from '../../manifests/scale';
import { readQuantity } from '../../platform/settings/quantity';
import { exampleDeployment, type Rule, type Violation } from '../rule';
import { type ContainerDefaults, computePodResource, readContainerDefaults } from './limit-ranges';

/** Resources that every pod must state once a quota limits them; no other quota refuses a pod for that. */
const mustBeStated = /cpu|memory/;

const charged = /^(pods|(requests\.|limits\.)?(cpu|memory|ephemeral-storage))$/;

export const resourceQuotas: Rule = {
  name: 'resource-quotas',
  class: 'broken',
  finds: 'A quota that is too small for the workloads of its namespace at full scale.',
  why: 'The API server refuses pods, and rollouts hang.',
  fix: 'Raise the quota, or lower the scale or the requests.',
  example: `${exampleDeployment}
---
apiVersion: v1
kind: ResourceQuota
metadata: { name: quota, namespace: shop }
spec: { hard: { pods: "1" } }
`,
  *check(set) {
    for (const { at, resource, available, needed, unstated } of chargesOf(set)) {
      if (unstated) {
        yield {
          at,
          message: `the quota refuses pods that do not state ${resource}, as ${unstated.owner.kind} ${unstated.owner.name} does not`,
          remedy: `state ${resource} on every container, or give it a default in a LimitRange`,
        };
      } else if (needed.running > available) {
        yield exceeded(at, resource, needed.running, 'a rollout at full scale needs');
      }
    }
  },
};

export const rolloutQuotas: Rule = {
  name: 'rollout-quotas',
  class: 'policy',
  finds: 'A quota that leaves no room for the pods that terminate during a rollout.',
  why: 'Each rollout waits for the old pods to end.',
  fix: 'Raise the quota, or lower the scale or the requests.',
  example: `${exampleDeployment}
---
apiVersion: v1
kind: ResourceQuota
metadata: { name: quota, namespace: shop }
spec: { hard: { pods: "2" } }
`,
  *check(set) {
    for (const { at, resource, available, needed, unstated } of chargesOf(set)) {
      const together = withoutNoise(needed.running + needed.terminating);
      if (unstated || needed.running > available || together <= available) continue;
      yield exceeded(at, resource, together, 'with the pods that terminate, a rollout at full scale needs');
    }
  },
};

/** One limit of a quota, and what the workloads of its namespace take of it. */
interface Charge {
  readonly at: Cursor;
  readonly resource: string;
  readonly available: number;
  readonly needed: FullScale;
  /** Pods that do not state how much they take. */
  readonly unstated: PodTemplate | undefined;
}

function* chargesOf(set: ManifestSet): Generator<Charge> {
  const autoscaledBy = indexAutoscalers(set);
  for (const quota of set.ofType('ResourceQuota').filter(coversEveryPod)) {
    const scales = new Map(set.podsIn(quota.namespace).map((pod) => [pod, fullScale(pod, autoscaledBy)]));
    const defaults = readContainerDefaults(set, quota.namespace);
    for (const [resource, at] of quota.at('spec', 'hard').entries()) {
      const available = readQuantity(at.value);
      if (!charged.test(resource) || available === undefined) continue;
      yield { at, resource, available, ...demand(scales, resource, defaults) };
    }
  }
}

function demand(
  scales: ReadonlyMap<PodTemplate, FullScale>,
  resource: string,
  defaults: ContainerDefaults,
): Pick<Charge, 'needed' | 'unstated'> {
  let [running, terminating] = [0, 0];
  for (const [pod, scale] of scales) {
    const amount = resource === 'pods' ? 1 : computePodResource(pod, resource, defaults);
    if (amount === undefined && mustBeStated.test(resource)) return { needed: { running, terminating }, unstated: pod };
    running += (amount ?? 0) * scale.running;
    terminating += (amount ?? 0) * scale.terminating;
  }
  return { needed: { running: withoutNoise(running), terminating: withoutNoise(terminating) }, unstated: undefined };
}

function exceeded(at: Cursor, resource: string, needed: number, what: string): Violation {
  const mebibytes = Math.ceil(needed / 2 ** 20);
  return {
    at,
    message: `the quota is ${at.value}, but ${what} ${/memory|storage/.test(resource) ? `${mebibytes}Mi` : needed}`,
    remedy: 'raise the quota, or lower the scale or the requests',
  };
}

/** A quota with scopes is for some of the pods only. */
function coversEveryPod(quota: Manifest): boolean {
  return !quota.has('spec', 'scopes') && !quota.has('spec', 'scopeSelector');
}

/** Without the noise of binary fractions. */
function withoutNoise(amount: number): number {
  return Number(amount.toFixed(3));
}

/** How many pods of a workload count at once in the worst moment of a rollout at the highest scale. */
interface FullScale {
  /** Pods that the rollout cannot do without. */
  readonly running: number;
  /** Pods that are on their way out: they count until their grace period has ended. */
  readonly terminating: number;
}

function fullScale({ owner }: PodTemplate, autoscaledBy: ReadonlyMap<string, Manifest>): FullScale {
  const { highest } = scaleOf(owner, autoscaledBy);
  switch (owner.type) {
    case 'Deployment.apps':
      if (owner.text('spec', 'strategy', 'type') === 'Recreate') return { running: highest, terminating: 0 };
      return { running: highest + surgeOf(owner, highest), terminating: highest };
    case 'StatefulSet.apps':
    case 'ReplicaSet.apps':
    case 'ReplicationController':
      return { running: highest, terminating: 0 };
    case 'Job.batch':
      return { running: owner.number('spec', 'parallelism') ?? 1, terminating: 0 };
    case 'CronJob.batch':
      return { running: owner.number('spec', 'jobTemplate', 'spec', 'parallelism') ?? 1, terminating: 0 };
    default:
      return { running: 1, terminating: 0 };
  }
}

function surgeOf(deployment: Manifest, replicas: number): number {
  return computePodCount(deployment.at('spec', 'strategy', 'rollingUpdate', 'maxSurge').value ?? '25%', replicas) ?? 0;
}
