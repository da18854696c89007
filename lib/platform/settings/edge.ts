import * as z from 'zod';
import type { Entrance } from './entrance';
import { type GatewaySettings, gatewaySchema } from './gateway';
import { type IngressSettings, ingressSchema } from './ingress';

/** How clients outside the cluster reach the public hosts. */
export type Edge = IngressSettings | GatewaySettings | BothEdges;

/** An ingress controller and a Gateway serve the same hosts, each at its own address: for a move from one to the other. */
export interface BothEdges {
  /** The literal `both`. */
  readonly kind: 'both';
  /** The ingress controller. */
  readonly ingress: IngressSettings;
  /** The Gateway. */
  readonly gateway: GatewaySettings;
}

/** @internal */
export const edgeSchema = z.discriminatedUnion('kind', [
  ingressSchema,
  gatewaySchema,
  z.strictObject({ kind: z.literal('both'), ingress: ingressSchema, gateway: gatewaySchema }),
]);

/** The ingress controller of an edge, if it has one. */
export function ingressOf(edge: Edge): IngressSettings | undefined {
  if (edge.kind === 'both') return edge.ingress;
  return edge.kind === 'ingress' ? edge : undefined;
}

/** The Gateway of an edge, if it has one. */
export function gatewayOf(edge: Edge): GatewaySettings | undefined {
  if (edge.kind === 'both') return edge.gateway;
  return edge.kind === 'gateway' ? edge : undefined;
}

/** Whether clients trust the certificates of the public hosts, at whichever address they arrive. */
export function publicCertificates(edge: Edge): Entrance['publicCertificates'] {
  const ways = [ingressOf(edge), gatewayOf(edge)];
  return ways.some((way) => way?.publicCertificates === 'untrusted') ? 'untrusted' : 'trusted';
}
