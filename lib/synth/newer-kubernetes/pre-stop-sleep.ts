import { mapContainers, type Step } from './step';

/** Waits by the kubelet instead of a program of the image. */
export const preStopSleep: Step = {
  since: 30,
  what: 'The wait before a container is stopped is `preStop.sleep` instead of the program `/bin/sleep`.',
  why: 'The image needs no such program.',
  apply: (object) =>
    mapContainers(object, (container) => {
      const [program, seconds] = container.lifecycle?.preStop?.exec?.command ?? [];
      if (program !== '/bin/sleep') return container;
      return { ...container, lifecycle: { ...container.lifecycle, preStop: { sleep: { seconds: Number(seconds) } } } };
    }),
};
