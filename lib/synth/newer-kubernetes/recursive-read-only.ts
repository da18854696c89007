import { mapContainers, type Step } from './step';

/** Makes read-only mounts of the node's folders read-only in all depths. */
export const recursiveReadOnly: Step = {
  since: 33,
  what: 'Read-only mounts of folders of the node state `recursiveReadOnly: IfPossible`.',
  why: 'Without it, file systems that are mounted below such a folder can be written.',
  apply: (object) =>
    mapContainers(object, (container, { volumes = [] }) => {
      const ofNode = new Set(volumes.filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name));
      const mounts = container.volumeMounts ?? [];
      if (!mounts.some(({ name }) => ofNode.has(name))) return container;
      return {
        ...container,
        // The API refuses it for a mount that is propagated.
        volumeMounts: mounts.map((mount) =>
          ofNode.has(mount.name) && mount.readOnly && (mount.mountPropagation ?? 'None') === 'None'
            ? { ...mount, recursiveReadOnly: 'IfPossible' }
            : mount,
        ),
      };
    }),
};
