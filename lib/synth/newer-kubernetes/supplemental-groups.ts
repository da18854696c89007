import { mapPodSpec, type Step } from './step';

/** Ignores the groups that an image states for its user. */
export const supplementalGroups: Step = {
  since: 33,
  what: 'Pods state `supplementalGroupsPolicy: Strict`.',
  why: 'A process has the groups that the manifest states, and none that /etc/group of its image adds.',
  apply: (object) =>
    mapPodSpec(object, (spec) => ({
      ...spec,
      securityContext: { ...spec.securityContext, supplementalGroupsPolicy: 'Strict' },
    })),
};
