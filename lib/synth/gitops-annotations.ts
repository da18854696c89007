import { type KubernetesManifest, withAnnotations } from '../manifests/manifest';
import { type GitOpsTool, helmKeepAnnotation } from '../platform/settings/deployment';

/** Annotation by which Argo CD orders objects: it waits until those of a lower wave are healthy. */
const syncWave = 'argocd.argoproj.io/sync-wave';

/**
 * Waves of Argo CD by kind, as the charts depend on each other: namespaces, then what restricts and permits pods, their
 * configuration, the stores, the services, and what scales those. Kinds that are not listed are in wave 0, the stores'.
 */
const waves: Readonly<Record<string, number>> = {
  Namespace: -10,
  PriorityClass: -5,
  ValidatingAdmissionPolicy: -5,
  ValidatingAdmissionPolicyBinding: -5,
  ResourceQuota: -5,
  LimitRange: -5,
  NetworkPolicy: -5,
  ServiceAccount: -5,
  Role: -5,
  RoleBinding: -5,
  ClusterRole: -5,
  ClusterRoleBinding: -5,
  ConfigMap: -3,
  Secret: -3,
  ExternalSecret: -3,
  Deployment: 10,
  DaemonSet: 10,
  CronJob: 10,
  Ingress: 10,
  HTTPRoute: 10,
  HorizontalPodAutoscaler: 20,
};

/** Annotations that keep an object when it leaves the manifests, as Helm's annotation does for Helm. */
const keepAnnotations: Readonly<Record<GitOpsTool, Readonly<Record<string, string>>>> = {
  'argo-cd': { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false' },
  flux: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
};

/**
 * Adds the annotations that GitOps tools read: the order of objects for Argo CD (Flux orders by kind itself), and for
 * both which objects stay when they leave the manifests.
 */
export function annotateForGitOps(
  tools: readonly GitOpsTool[],
  objects: readonly KubernetesManifest[],
): readonly KubernetesManifest[] {
  return objects.map((object) => {
    const added = Object.assign({}, ...tools.map((tool) => annotationsFor(tool, object)));
    return Object.keys(added).length === 0 ? object : withAnnotations(object, added);
  });
}

function annotationsFor(tool: GitOpsTool, object: KubernetesManifest): Record<string, string> {
  return {
    ...(isKept(object) ? keepAnnotations[tool] : {}),
    ...(tool === 'argo-cd' && waveOf(object) !== 0 ? { [syncWave]: String(waveOf(object)) } : {}),
  };
}

function waveOf({ kind }: KubernetesManifest): number {
  return waves[kind] ?? 0;
}

function isKept({ metadata }: KubernetesManifest): boolean {
  return Object.entries(helmKeepAnnotation).every(([name, value]) => metadata.annotations?.[name] === value);
}
