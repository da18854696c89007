import type { KubernetesManifest } from '../../manifests/manifest';
import type { Step } from './step';

interface Service extends KubernetesManifest {
  readonly spec?: { readonly clusterIP?: string; readonly type?: string };
}

/** Keeps requests to Services in their zone. */
export const trafficDistribution: Step = {
  since: 31,
  what: 'Services with a cluster IP state `trafficDistribution: PreferClose`.',
  why: 'A request stays in its zone while a ready pod is there: less latency, and no charge for traffic between zones.',
  apply: (object: Service) =>
    object.kind === 'Service' && object.spec?.clusterIP !== 'None' && object.spec?.type !== 'ExternalName'
      ? ({ ...object, spec: { ...object.spec, trafficDistribution: 'PreferClose' } } as KubernetesManifest)
      : object,
};
