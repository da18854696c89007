import * as z from 'zod';
import type { Exposure } from '../service-contract';
import { objectName } from './formats';

const clientAddresses = ['connection', 'proxy-protocol', 'forwarded', 'hidden'] as const;

/** What every way into the cluster states, whatever leads requests to the services. */
export interface Entrance {
  /**
   * Where the proxies find the address of a client, by which they count limits, such as `connection`: that of the connection, if
   * their Service has `externalTrafficPolicy: Local`; `proxy-protocol`: what a load balancer says in the PROXY protocol at the start
   * of each connection, and they refuse connections without it; `forwarded` by a proxy in X-Forwarded-For; or nowhere, `hidden`
   * behind the address of a load balancer or node. All clients then would share one limit, so none is set.
   */
  readonly clientAddress: (typeof clientAddresses)[number];
  /** cert-manager ClusterIssuer of the certificates, such as `letsencrypt-prod`. */
  readonly clusterIssuer: string;
  /**
   * Whether clients trust the certificates of the public hosts, such as `trusted`. Those of an issuer for tests they do not: probes and smoke
   * tests then do not verify them.
   */
  readonly publicCertificates: 'trusted' | 'untrusted';
}

/** @internal */
export const entranceFields = {
  clientAddress: z.enum(clientAddresses, `use one of ${clientAddresses.join(', ')}`),
  clusterIssuer: objectName,
  publicCertificates: z.enum(['trusted', 'untrusted'], 'use trusted or untrusted'),
};

/** The limits of an exposure that proxies can count: by the address of a client, so they have to see that. */
export function countableLimits({ limits }: Exposure, { clientAddress }: Entrance): Exposure['limits'] {
  return clientAddress === 'hidden' ? 'none' : limits;
}
