import type { KubernetesManifest } from '../manifests/manifest';
import type { Environment } from '../platform/environment';
import { type Delivery, deliveryAnnotation } from '../platform/settings/deployment';
import { isManagedByHelm, readHelmRelease } from './helm-client';
import { describeObject } from './kubernetes-types';

/** The fields of an environment that state how releases reach it. */
export type Delivered = Pick<Environment, 'name' | 'deployment'>;

/** What delivers, by the way of delivery. */
const commands: Readonly<Record<Delivery, string>> = {
  helm: '`npx veza deploy`',
  apply: '`kubectl apply` of dist/',
  'argo-cd': 'Argo CD from dist/',
  flux: 'Flux from dist/',
};

/** An object with containers: the fields that name their images. */
interface PodOwner extends KubernetesManifest {
  readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } } };
}

interface Container {
  readonly name: string;
  readonly image: string;
}

/**
 * Finds objects that were not delivered as the environment states, or a cluster that is marked otherwise.
 * @param live objects of the environment as the cluster has them
 */
export function findDeliveryProblems({ name, deployment }: Delivered, live: readonly KubernetesManifest[]): string[] {
  const { delivery } = deployment;
  const marks = new Set(live.flatMap(({ metadata }) => metadata.annotations?.[deliveryAnnotation] ?? []));
  const wrong = [...marks].filter((mark) => mark !== delivery);
  const marked = wrong.map(
    (mark) => `the cluster is marked as delivered by ${mark}, and lib/veza/environments states ${delivery} for ${name}`,
  );
  return [
    ...marked,
    ...(delivery === 'helm' ? findAppliedObjects(name, live) : findDeployedObjects(name, delivery, live)),
  ];
}

/** Where Helm delivers: finds objects that `kubectl apply` wrote last. */
function findAppliedObjects(name: string, live: readonly KubernetesManifest[]): string[] {
  const others = live.filter((object) => isMarked(object) && !isManagedByHelm(object));
  if (others.length === 0) return [];
  const since = others.some((object) => readHelmRelease(object) !== undefined);
  const remedy = since
    ? "what runs may differ from Helm's history; deploy the release that should run"
    : 'the first deploy takes them over';
  return [
    `${others.length} of ${live.length} objects were last written by ${commands.apply}, but ${name} is delivered by ` +
      `${commands.helm}: ${remedy}`,
  ];
}

/** Where the cluster runs what `dist/` states: finds objects that Helm wrote last. */
function findDeployedObjects(name: string, delivery: Delivery, live: readonly KubernetesManifest[]): string[] {
  const others = live.filter(isManagedByHelm);
  if (others.length === 0) return [];
  return [
    `${others.length} of ${live.length} objects were last written by ${commands.helm}, but ${name} is delivered by ` +
      `${commands[delivery]}: the next apply overwrites them`,
  ];
}

/** Whether an object names its manager, as all manifests do; Kubernetes itself creates the claims of a StatefulSet. */
function isMarked({ metadata }: KubernetesManifest): boolean {
  return metadata.labels?.['app.kubernetes.io/managed-by'] !== undefined;
}

/** Warnings for a deploy: the environment is delivered in another way, or was. */
export function findDeployWarnings(environment: Delivered, live: readonly KubernetesManifest[]): string[] {
  const { name, deployment } = environment;
  // Where a GitOps tool delivers, a deploy writes dist/ itself.
  const other =
    deployment.delivery === 'apply'
      ? [`${name} is delivered by ${commands.apply}: the next apply overwrites this deploy unless dist/ states it`]
      : [];
  return [...other, ...findDeliveryProblems(environment, live)];
}

/** Warnings for a comparison of `dist/` with a cluster, after which the user may apply it. */
export function findApplyWarnings(
  environment: Delivered,
  stated: readonly KubernetesManifest[],
  live: readonly KubernetesManifest[],
): string[] {
  const { name, deployment } = environment;
  const remedy =
    deployment.delivery === 'helm'
      ? `do not apply dist/, which would overwrite that: ${name} is delivered by ${commands.helm}`
      : 'an apply replaces it';
  const replaced = findImageDifferences(stated, live).map((difference) => `${difference}; ${remedy}`);
  return [...replaced, ...findDeliveryProblems(environment, live)];
}

/** Lists the containers that run another image than the manifests state, a line each. */
export function findImageDifferences(
  stated: readonly KubernetesManifest[],
  live: readonly KubernetesManifest[],
): string[] {
  const running = new Map(live.map((object) => [describeObject(object), containersOf(object)]));
  return stated.flatMap((object) =>
    containersOf(object).flatMap(({ name, image }) => {
      const now = running.get(describeObject(object))?.find((container) => container.name === name)?.image;
      if (now === undefined || now === image) return [];
      return [`${describeObject(object)}: ${name} runs ${now}, dist/ states ${image}`];
    }),
  );
}

function containersOf(object: PodOwner): readonly Container[] {
  return object.spec?.template?.spec?.containers ?? [];
}
