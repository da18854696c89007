import { mapPodSpec, type Step } from './step';

/** Gives pods user namespaces of their own. */
export const userNamespaces: Step = {
  since: 33,
  what: 'Pods state `hostUsers: false`, where the environment states `kubernetes.userNamespaces`.',
  why: 'A process that leaves its container is none of the users of the node.',
  isWanted: (settings) => settings.userNamespaces,
  apply: (object) =>
    mapPodSpec(object, (spec) => {
      const usesNode = spec.hostNetwork || spec.hostPID || spec.volumes?.some(({ hostPath }) => hostPath !== undefined);
      return usesNode ? spec : { ...spec, hostUsers: false };
    }),
};
