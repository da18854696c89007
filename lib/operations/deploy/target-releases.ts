import type { KubernetesClient } from '../../cluster/kubernetes-client';
import { describeObject, type PodOwner } from '../../cluster/kubernetes-types';
import type { Environment } from '../../platform/environment';
import { OperationError, type Problem } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import { readReleaseTag, releaseSchema, setRelease } from '../../platform/release';
import { nameServiceWorkload } from '../../platform/workload-names';

/** The services whose release changes, and the new release. */
export interface ReleaseChange {
  readonly version: string;
  /** Names of the services; empty means all. */
  readonly services: readonly string[];
}

/** Returns an environment with the new release; other services keep what runs, or else what the data states. */
export function withReleases(
  environment: Environment,
  { version, services }: ReleaseChange,
  running: Readonly<Record<string, string>>,
): Environment {
  if (services.length === 0) return setRelease(environment, version);
  const changed = Object.fromEntries(services.map((service) => [service, version]));
  return { ...environment, releases: { ...environment.releases, ...running, ...changed } };
}

/** Formats the releases of an environment: `v1.2.3`, or one for each service where they differ. */
export function formatReleases({ releases }: Environment): string {
  const [first, ...others] = [...new Set(Object.values(releases).map(readReleaseTag))];
  if (first !== undefined && others.length === 0) return first;
  return Object.entries(releases)
    .map(([service, release]) => `${service} ${readReleaseTag(release)}`)
    .join(', ');
}

/**
 * Reads the running release of each service that the deploy leaves unchanged. Services that do not run yet are left out.
 *
 * @throws OperationError if one runs an image whose release cannot be read: a deploy would replace it unasked
 */
export async function readRunningReleases(
  kubectl: KubernetesClient,
  { name: platform, services }: Platform,
  { namespace }: Environment,
  { services: changed }: ReleaseChange,
): Promise<Record<string, string>> {
  const unchanged = changed.length === 0 ? [] : services.filter(({ name }) => !changed.includes(name));
  if (unchanged.length === 0) return {};
  const deployments = await kubectl.list<PodOwner>('deployments', namespace);
  const [running, problems]: [Record<string, string>, Problem[]] = [{}, []];
  for (const { name, image } of unchanged) {
    const found = deployments.find(({ metadata }) => metadata.name === nameServiceWorkload(platform, name));
    if (!found) continue;
    const container = found.spec.template.spec.containers.find((candidate) => candidate.name === name);
    const release = parseRelease(container?.image, image);
    if (release !== undefined) running[name] = release;
    else {
      problems.push(
        `${describeObject(found)}: runs ${container?.image ?? `no container ${name}`}, which is not a release of ${image}, so it cannot be ` +
          `kept; deploy it too: --service ${name}`,
      );
    }
  }
  if (problems.length > 0) throw new OperationError(problems);
  return running;
}

function parseRelease(running: string | undefined, image: string): string | undefined {
  const release = running?.startsWith(`${image}:`) ? running.slice(image.length + 1) : undefined;
  return releaseSchema.safeParse(release).success ? release : undefined;
}
