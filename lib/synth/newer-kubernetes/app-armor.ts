import { mapPodSpec, type Step } from './step';

/** States the AppArmor profile of pods. */
export const appArmor: Step = {
  since: 30,
  what: 'Pods state the AppArmor profile `RuntimeDefault`, where the environment states `kubernetes.appArmor`.',
  why: 'A pod does not start on a node that would apply no profile.',
  isWanted: (settings) => settings.appArmor,
  apply: (object) =>
    mapPodSpec(object, (spec) => ({
      ...spec,
      securityContext: { appArmorProfile: { type: 'RuntimeDefault' }, ...spec.securityContext },
    })),
};
