import type { Environment } from '../../environments/environment';
import type { Platform } from '../../platform';
import { serviceWorkload } from '../../services/microservice';
import type { Kubectl } from '../kubectl';
import type { Workload } from '../objects';

type Deployment = Workload & {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string }[] };
    };
  };
};

/** The release of each service that runs, by its name. A service that does not run yet is not among them. */
export async function runningReleases(
  kubectl: Kubectl,
  { name: platform, services }: Platform,
  { namespace }: Environment,
): Promise<Record<string, string>> {
  const deployments = await kubectl.list<Deployment>('deployments', namespace);
  return Object.fromEntries(
    services.flatMap(({ name, image }) => {
      const found = deployments.find(({ metadata }) => metadata.name === serviceWorkload(platform, name));
      const container = found?.spec.template.spec.containers.find((candidate) => candidate.name === name);
      return container?.image.startsWith(`${image}:`) ? [[name, container.image.slice(image.length + 1)]] : [];
    }),
  );
}
