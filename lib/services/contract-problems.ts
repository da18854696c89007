import * as z from 'zod';
import { dnsLabel, port, quantity } from '../kubernetes/formats';
import { type Problem, problemsOf } from '../problems';
import type { ServiceContract } from './contract';

const portName = z
  .string()
  .regex(/^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/, 'use lower-case letters, digits and inner hyphens')
  .max(15, 'use at most 15 characters');
const duration = z.int('use a whole number').min(0, 'use 0 or more');

const contractSchema = z.looseObject({
  name: dnsLabel,
  ports: z.record(portName, port),
  servicePorts: z.record(portName, z.looseObject({ port })),
  drainSeconds: duration,
  databaseConnections: duration,
  scratch: quantity,
});

const exposureSchema = z.looseObject({
  subdomain: dnsLabel,
  maxBodySize: quantity,
  idleTimeout: duration,
  connectTimeout: duration,
  smoke: z.array(z.looseObject({ path: z.string().regex(/^\//, 'begin with a slash') })),
});

/** Values of a contract that Kubernetes would refuse, a line each. Names that refer to others are the platform's to check. */
export function contractValueProblems(contract: ServiceContract, where: string): Problem[] {
  const { exposure } = contract;
  return [
    ...problemsOf(contractSchema, contract, where),
    ...(exposure === 'internal' ? [] : problemsOf(exposureSchema, exposure, `${where}.exposure`)),
  ];
}
