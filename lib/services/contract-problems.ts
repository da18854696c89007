import * as z from 'zod';
import { dnsLabel, port, quantityFrom, untaggedImage, urlPath, variableName } from '../kubernetes/formats';
import { type Problem, problemsOf, soundFields } from '../problems';
import type { ServiceContract } from './contract';
import { serviceMetricsSchema } from './service-metrics-schema';

const portName = z
  .string()
  .regex(/^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/, 'use lower-case letters, digits and inner hyphens')
  .max(15, 'use at most 15 characters');
const duration = z.int('use a whole number').min(0, 'use 0 or more');
const names = z.array(variableName).readonly();
const portReference = z.string();

/** How the world reaches a service. */
export const exposureSchema = z.strictObject({
  subdomain: dnsLabel,
  servicePort: portReference,
  maxBodySize: quantityFrom('1Ki'),
  idleTimeout: duration,
  connectTimeout: duration,
  buffering: z.boolean(),
  smoke: z
    .array(z.strictObject({ kind: z.enum(['websocket', 'range'], 'use websocket or range'), path: urlPath }))
    .readonly(),
});

const fields = {
  name: dnsLabel,
  component: dnsLabel,
  image: untaggedImage,
  ports: z.object({ http: port, metrics: port }).catchall(port),
  listens: z.record(variableName, portReference),
  servicePorts: z.record(portName, z.strictObject({ port, target: portReference })),
  health: z.strictObject({ live: urlPath, ready: urlPath }),
  settings: names,
  secrets: names,
  readsEnvFile: z.boolean(),
  calls: z.array(z.string()).readonly(),
  exposure: z.union([z.literal('internal'), exposureSchema], 'use internal, or state how the world reaches it'),
  drainSeconds: duration,
  databaseConnections: duration,
  scratch: quantityFrom('1Mi'),
  metrics: serviceMetricsSchema,
};

/** A contract by its values alone. Names that refer to others are the platform's to check. */
export const contractSchema = z.strictObject(fields) satisfies z.ZodType<ServiceContract>;

/** Values of a contract that are missing, of a wrong type, or that Kubernetes would refuse, a line each. */
export function contractValueProblems(contract: ServiceContract, where: string): Problem[] {
  return [...problemsOf(contractSchema, contract, where), ...portNameProblems(contract, where)];
}

/** A catch-all of zod checks values and no names. */
function portNameProblems(contract: ServiceContract, where: string): Problem[] {
  const { ports } = soundContract(contract);
  return Object.keys(ports ?? {}).flatMap((name) => problemsOf(portName, name, `${where}.ports.${name}`));
}

/** As much of a contract as is what it should be. */
export function soundContract(contract: unknown): Partial<ServiceContract> {
  return soundFields(fields, contract);
}
