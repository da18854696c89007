import type { SynthesizedObject } from '../../manifests';
import type { Problem } from '../../problems';
import type { Kubectl, KubernetesObject } from '../kubectl';
import type { Permission } from '../permissions';
import { plural } from '../resources';

/** Something that the cluster has to have before an environment can run there. */
interface ClusterNeed {
  /** kubectl's name of it: `storageclass.storage.k8s.io/standard`. */
  readonly object: string;
  readonly remedy: string;
  /** Condition that it must be in, if its being there is not enough. */
  readonly condition?: string;
}

interface Conditioned extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** As much of the manifests as says what they need of the cluster. */
interface NeedyObject extends SynthesizedObject {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly storageClassName?: string;
    readonly volumeClaimTemplates?: readonly { readonly spec: { readonly storageClassName: string } }[];
  };
}

/** The permissions to check whether a cluster has what manifests need. */
export function requirementPermissions(objects: readonly SynthesizedObject[]): Permission[] {
  return objects.flatMap(needsOf).map(({ object }) => {
    const [, kind = '', group = ''] = /^(\w+)\.([^/]+)/.exec(object) ?? [];
    return { verb: 'get', resource: `${plural(kind)}.${group}` };
  });
}

/** What manifests need of the cluster and it does not have. Kinds that it does not know are the dry run's to find. */
export async function clusterProblems(kubectl: Kubectl, objects: readonly SynthesizedObject[]): Promise<Problem[]> {
  const needs = new Map(objects.flatMap(needsOf).map((need) => [need.object, need]));
  const problems = await Promise.all([...needs.values()].map((need) => problemOf(kubectl, need)));
  return problems.flat();
}

function needsOf(object: NeedyObject): ClusterNeed[] {
  const { spec = {}, metadata, kind } = object;
  const issuer = metadata.annotations?.['cert-manager.io/cluster-issuer'];
  const classes = [
    spec.storageClassName,
    ...(spec.volumeClaimTemplates ?? []).map((claim) => claim.spec.storageClassName),
  ];
  return [
    ...classes.flatMap((name) =>
      name === undefined
        ? []
        : [
            {
              object: `storageclass.storage.k8s.io/${name}`,
              remedy: 'create it or name another `className` in the environment',
            },
          ],
    ),
    ...(spec.ingressClassName === undefined
      ? []
      : [
          {
            object: `ingressclass.networking.k8s.io/${spec.ingressClassName}`,
            remedy: 'install the ingress controller',
          },
        ]),
    ...(issuer === undefined
      ? []
      : [
          {
            object: `clusterissuer.cert-manager.io/${issuer}`,
            remedy: 'install cert-manager and create the issuer',
            condition: 'Ready',
          },
        ]),
    ...(kind === 'HorizontalPodAutoscaler'
      ? [
          {
            object: 'apiservice.apiregistration.k8s.io/v1beta1.metrics.k8s.io',
            remedy: 'install metrics-server: without it autoscalers are blind',
            condition: 'Available',
          },
        ]
      : []),
  ];
}

async function problemOf(kubectl: Kubectl, { object, remedy, condition }: ClusterNeed): Promise<Problem[]> {
  const found = await find(kubectl, object);
  if (!found) return [`${object}: the cluster does not have it; ${remedy}`];
  const state = found.status?.conditions?.find(({ type }) => type === condition)?.status;
  if (condition === undefined || state === 'True') return [];
  return [`${object}: is not ${condition}; see what \`kubectl describe ${object}\` says`];
}

/** A kind that the cluster does not know is as missing as an object of it. */
async function find(kubectl: Kubectl, object: string): Promise<Conditioned | undefined> {
  const { status, stderr } = await kubectl.ask(['get', object, '--ignore-not-found', '--output=name']);
  if (status !== 0 && /doesn't have a resource type/.test(stderr)) return undefined;
  return kubectl.find<Conditioned>(object);
}
