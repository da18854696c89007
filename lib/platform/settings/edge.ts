import * as z from 'zod';
import { type IngressSettings, ingressSchema } from './ingress';

/** How clients outside the cluster reach the public hosts. */
export type Edge = IngressSettings;

/** @internal */
export const edgeSchema = z.discriminatedUnion('kind', [ingressSchema]);
