import { type Container, mapPodSpec, type Step } from './step';

/** Makes the exporters of stores sidecars in the sense of Kubernetes. */
export const nativeSidecars: Step = {
  since: 29,
  what: 'The exporter of a store is an init container with `restartPolicy: Always`.',
  why: 'It starts before the server and ends after it, so that the last minutes of a server are measured too.',
  apply: (object) =>
    mapPodSpec(object, (spec) => {
      const exporters = spec.containers.slice(1).filter(isExporter);
      if (exporters.length === 0) return spec;
      const sidecars = exporters.map((exporter) => ({ ...exporter, restartPolicy: 'Always' }));
      return {
        ...spec,
        containers: spec.containers.filter((container) => !exporters.includes(container)),
        initContainers: [...(spec.initContainers ?? []), ...sidecars],
      };
    }),
};

/** Its probes do not depend on the server beside which it runs; a sidecar whose startup did would wait for ever. */
function isExporter({ ports = [] }: Container): boolean {
  return ports.some(({ name }) => name === 'metrics');
}
