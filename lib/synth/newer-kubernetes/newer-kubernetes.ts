import type { KubernetesManifest } from '../../manifests/manifest';
import { type KubernetesSettings, minorVersion } from '../../platform/settings/kubernetes';
import { sortKeys } from '../sort-keys';
import { appArmor } from './app-armor';
import { nativeSidecars } from './native-sidecars';
import { preStopSleep } from './pre-stop-sleep';
import { recursiveReadOnly } from './recursive-read-only';
import type { Step } from './step';
import { supplementalGroups } from './supplemental-groups';
import { trafficDistribution } from './traffic-distribution';
import { userNamespaces } from './user-namespaces';

/** Every step, by the version from which on it is used. */
export const steps = {
  nativeSidecars,
  preStopSleep,
  appArmor,
  trafficDistribution,
  supplementalGroups,
  recursiveReadOnly,
  userNamespaces,
} as const satisfies Readonly<Record<string, Step>>;

/**
 * Changes finished objects to use what the Kubernetes of an environment has. The L1 classes of cdk8s-plus-27 drop fields
 * that 1.27 does not know, so this works on the objects that they have made.
 */
export function useNewerKubernetes(
  settings: KubernetesSettings,
  objects: readonly KubernetesManifest[],
): readonly KubernetesManifest[] {
  const all: readonly Step[] = Object.values(steps);
  const used = all.filter(({ since, isWanted = () => true }) => since <= minorVersion(settings) && isWanted(settings));
  return objects.map((object) => {
    const changed = used.reduce((current, { apply }) => apply(current), object);
    return changed === object ? object : sortKeys(changed);
  });
}
