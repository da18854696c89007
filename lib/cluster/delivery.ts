import type { KubernetesManifest } from '../manifests/manifest';
import type { Environment } from '../platform/environment';
import { deliveryAnnotation } from '../platform/settings/deployment';
import { helmReleaseName, isManagedByHelm } from './helm-metadata';

/** An environment, as far as it says how releases reach it. */
export type Delivered = Pick<Environment, 'name' | 'deployment'>;

/** What the two ways are, for people. */
const ways = { helm: '`npx veza deploy`', apply: '`kubectl apply` of dist/' } as const;

/** An object with containers, as far as its images go. */
interface PodOwner extends KubernetesManifest {
  readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } } };
}

interface Container {
  readonly name: string;
  readonly image: string;
}

/**
 * What is wrong with the way that an environment's objects reached their cluster: it is not the one that the environment
 * states, or the cluster is marked with another.
 * @param live objects of the environment as the cluster has them
 */
export function deliveryProblems({ name, deployment }: Delivered, live: readonly KubernetesManifest[]): string[] {
  const { delivery } = deployment;
  const marks = new Set(live.flatMap(({ metadata }) => metadata.annotations?.[deliveryAnnotation] ?? []));
  const wrong = [...marks].filter((mark) => mark !== delivery);
  const marked = wrong.map(
    (mark) => `the cluster is marked as delivered by ${mark}, and lib/veza/environments states ${delivery} for ${name}`,
  );
  return [...marked, ...(delivery === 'helm' ? appliedProblems(name, live) : deployedProblems(name, live))];
}

/** Where Helm delivers: objects that it made, and that `kubectl apply` has written since, or that it never made. */
function appliedProblems(name: string, live: readonly KubernetesManifest[]): string[] {
  const foreign = live.filter((object) => isMarked(object) && !isManagedByHelm(object));
  if (foreign.length === 0) return [];
  const since = foreign.some((object) => helmReleaseName(object) !== undefined);
  const remedy = since
    ? 'what Helm has in its history may not be what runs; deploy the release that should run'
    : 'the first deploy takes them over';
  return [
    `${foreign.length} of ${live.length} objects were last written by ${ways.apply}, and ${name} is delivered by ` +
      `${ways.helm}: ${remedy}`,
  ];
}

/** Where `dist/` is applied: objects that Helm has written since. */
function deployedProblems(name: string, live: readonly KubernetesManifest[]): string[] {
  const foreign = live.filter(isManagedByHelm);
  if (foreign.length === 0) return [];
  return [
    `${foreign.length} of ${live.length} objects were last written by ${ways.helm}, and ${name} is delivered by ` +
      `${ways.apply}: the next apply takes back what they hold`,
  ];
}

/** Whether an object says who writes it, as all of the manifests do; the claims of a StatefulSet are Kubernetes' own. */
function isMarked({ metadata }: KubernetesManifest): boolean {
  return metadata.labels?.['app.kubernetes.io/managed-by'] !== undefined;
}

/** What an environment that is delivered in another way says to a user who deploys it. */
export function deployWarnings(environment: Delivered, live: readonly KubernetesManifest[]): string[] {
  const { name, deployment } = environment;
  const other =
    deployment.delivery === 'helm'
      ? []
      : [`${name} is delivered by ${ways.apply}: the next apply takes this deploy back unless dist/ states it`];
  return [...other, ...deliveryProblems(environment, live)];
}

/** What a user should know who compares `dist/` with a cluster, and may be about to apply it. */
export function applyWarnings(
  environment: Delivered,
  stated: readonly KubernetesManifest[],
  live: readonly KubernetesManifest[],
): string[] {
  const { name, deployment } = environment;
  const remedy =
    deployment.delivery === 'helm'
      ? `do not apply dist/, which would take that back: ${name} is delivered by ${ways.helm}`
      : 'an apply replaces it';
  const replaced = imageDifferences(stated, live).map((difference) => `${difference}; ${remedy}`);
  return [...replaced, ...deliveryProblems(environment, live)];
}

/** A line for each container that runs another image than manifests state. */
export function imageDifferences(stated: readonly KubernetesManifest[], live: readonly KubernetesManifest[]): string[] {
  const running = new Map(live.map((object) => [identityOf(object), containersOf(object)]));
  return stated.flatMap((object) =>
    containersOf(object).flatMap(({ name, image }) => {
      const now = running.get(identityOf(object))?.find((container) => container.name === name)?.image;
      if (now === undefined || now === image) return [];
      return [`${identityOf(object)}: ${name} runs ${now}, dist/ states ${image}`];
    }),
  );
}

function containersOf(object: PodOwner): readonly Container[] {
  return object.spec?.template?.spec?.containers ?? [];
}

function identityOf({ kind, metadata: { namespace = '', name } }: KubernetesManifest): string {
  return `${namespace} ${kind}/${name}`;
}
