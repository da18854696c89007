import type { Platform } from '../../platform';
import type { ServiceContract, SmokeRequest } from '../../services/contract';

/** One request of a smoke test. */
export interface Probe {
  /** Name of the service that is to answer. */
  readonly service: string;
  /** `status` is answered by 200, and the others by what their kind asks for. */
  readonly kind: 'status' | SmokeRequest['kind'];
  /** Public host, as clients write it. */
  readonly host: string;
  readonly path: string;
}

/** Everything that is asked of a platform's public services: the health paths, and what each is for. */
export function probesOf({ services }: Platform, domain: string): Probe[] {
  return services.flatMap((contract) => serviceProbes(contract, domain));
}

function serviceProbes({ name: service, exposure, health }: ServiceContract, domain: string): Probe[] {
  if (exposure === 'internal') return [];
  const host = `${exposure.subdomain}.${domain}`;
  return [
    { service, kind: 'status', host, path: health.live },
    { service, kind: 'status', host, path: health.ready },
    ...exposure.smoke.map(({ kind, path }): Probe => ({ service, kind, host, path })),
  ];
}
