import type { Environment } from '../../environments/environment';
import { releaseSchema } from '../../environments/release';
import type { Platform } from '../../platform';
import { FailedError, type Problem } from '../../problems';
import { serviceWorkload } from '../../services/microservice';
import type { Kubectl } from '../kubectl';
import { idOf, type Workload } from '../objects';
import type { Move } from './releases';

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
 * @throws FailedError if one runs an image that no release of it can be read from: a deploy would replace it unasked
 */
export async function runningReleases(
  kubectl: Kubectl,
  { name: platform, services }: Platform,
  { namespace }: Environment,
  { services: moved }: Move,
): Promise<Record<string, string>> {
  const staying = moved.length === 0 ? [] : services.filter(({ name }) => !moved.includes(name));
  if (staying.length === 0) return {};
  const deployments = await kubectl.list<Deployment>('deployments', namespace);
  const [running, problems]: [Record<string, string>, Problem[]] = [{}, []];
  for (const { name, image } of staying) {
    const found = deployments.find(({ metadata }) => metadata.name === serviceWorkload(platform, name));
    if (!found) continue;
    const container = found.spec.template.spec.containers.find((candidate) => candidate.name === name);
    const release = releaseOf(container?.image, image);
    if (release !== undefined) running[name] = release;
    else {
      problems.push(
        `${idOf(found)}: runs ${container?.image ?? `no container ${name}`}, which is no release of ${image}, so that it ` +
          `cannot stay; deploy it too: --service ${name}`,
      );
    }
  }
  if (problems.length > 0) throw new FailedError(problems);
  return running;
}

function releaseOf(running: string | undefined, image: string): string | undefined {
  const release = running?.startsWith(`${image}:`) ? running.slice(image.length + 1) : undefined;
  return releaseSchema.safeParse(release).success ? release : undefined;
}
