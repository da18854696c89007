import type { Environment } from './environment';
import type { Problem } from './errors';
import type { Platform } from './platform';
import type { Extension, PodExtension } from './settings/extensions';
import { nameServiceWorkload } from './workload-names';

/** The object that an extension is of. */
export interface TargetObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** Where extensions are stated. */
type Extended = Pick<Environment, 'namespace' | 'extensions'>;

/** The object that a target names. */
export function resolveTarget(
  { name: platform }: Pick<Platform, 'name'>,
  { namespace }: Pick<Environment, 'namespace'>,
  { target }: Extension,
): TargetObject {
  return 'service' in target
    ? { kind: 'Deployment', name: nameServiceWorkload(platform, target.service), namespace }
    : { ...target, namespace: target.namespace ?? namespace };
}

/** What is added to the pods of one workload. */
export interface ExtendedPod {
  /** Name of the workload. */
  readonly workload: string;
  readonly pod: PodExtension;
}

/** What is added to the pods of a namespace, workload by workload. */
export function listExtendedPods(
  platform: Pick<Platform, 'name'>,
  extended: Extended,
  namespace: string,
): ExtendedPod[] {
  return extended.extensions.flatMap((extension) => {
    const object = resolveTarget(platform, extended, extension);
    return extension.pod === undefined || object.namespace !== namespace
      ? []
      : [{ workload: object.name, pod: extension.pod }];
  });
}

/** Peers that pods outside the namespace of the services can call by name. */
const namedOutside: readonly unknown[] = ['https', 'kubernetes-api'];

/** Calls to pods that only the namespace of the services can make. */
export function findExtensionProblems(platform: Platform, environment: Environment, where: string): Problem[] {
  return environment.extensions.flatMap((extension, index) => {
    const { namespace } = resolveTarget(platform, environment, extension);
    if (namespace === environment.namespace) return [];
    return (extension.pod?.calls ?? [])
      .filter((call) => typeof call === 'string' && !namedOutside.includes(call))
      .map((call) => {
        const path = `${where}.extensions.${index}.pod.calls`;
        return `${path}: "${call}": cannot be called from ${namespace}; use ${namedOutside.join(', ')} or { name, cidrs, ports }`;
      });
  });
}
