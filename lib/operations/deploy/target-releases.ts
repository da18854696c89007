import type { KubernetesClient } from '../../cluster/kubernetes-client';
import type { Workload } from '../../cluster/kubernetes-types';
import { describeObject } from '../../cluster/kubernetes-types';
import type { Environment } from '../../platform/environment';
import { releaseSchema, withRelease } from '../../platform/environment';
import type { Problem } from '../../platform/errors';
import { OperationError } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import { serviceWorkload } from '../../platform/workload-names';

/** Which services a deploy moves, and to what. */
export interface ReleaseChange {
  readonly version: string;
  /** Services that move, by name; none means all. */
  readonly services: readonly string[];
}

/** An environment as it is to be: moved services at the version, the others at what runs, or else at what is stated. */
export function withReleases(
  environment: Environment,
  { version, services }: ReleaseChange,
  running: Readonly<Record<string, string>>,
): Environment {
  if (services.length === 0) return withRelease(environment, version);
  const moved = Object.fromEntries(services.map((service) => [service, version]));
  return { ...environment, releases: { ...environment.releases, ...running, ...moved } };
}

/** The releases of an environment for people: `v1.2.3`, or each service's own where they differ. */
export function releaseLabel({ releases }: Environment): string {
  const [first, ...others] = [...new Set(Object.values(releases))];
  if (first !== undefined && others.length === 0) return first;
  return Object.entries(releases)
    .map(([service, release]) => `${service} ${release}`)
    .join(', ');
}

type Deployment = Workload & {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string }[] };
    };
  };
};

/**
 * The release of each service that stays where it is while others move, by its name. A service that does not run yet is not
 * among them.
 * @throws OperationError if one runs an image that no release of it can be read from: a deploy would replace it unasked
 */
export async function runningReleases(
  kubectl: KubernetesClient,
  { name: platform, services }: Platform,
  { namespace }: Environment,
  { services: moved }: ReleaseChange,
): Promise<Record<string, string>> {
  const unchanged = moved.length === 0 ? [] : services.filter(({ name }) => !moved.includes(name));
  if (unchanged.length === 0) return {};
  const deployments = await kubectl.list<Deployment>('deployments', namespace);
  const [running, problems]: [Record<string, string>, Problem[]] = [{}, []];
  for (const { name, image } of unchanged) {
    const found = deployments.find(({ metadata }) => metadata.name === serviceWorkload(platform, name));
    if (!found) continue;
    const container = found.spec.template.spec.containers.find((candidate) => candidate.name === name);
    const release = releaseFromImage(container?.image, image);
    if (release !== undefined) running[name] = release;
    else {
      problems.push(
        `${describeObject(found)}: runs ${container?.image ?? `no container ${name}`}, which is no release of ${image}, so that it ` +
          `cannot stay; deploy it too: --service ${name}`,
      );
    }
  }
  if (problems.length > 0) throw new OperationError(problems);
  return running;
}

function releaseFromImage(running: string | undefined, image: string): string | undefined {
  const release = running?.startsWith(`${image}:`) ? running.slice(image.length + 1) : undefined;
  return releaseSchema.safeParse(release).success ? release : undefined;
}
