import * as z from 'zod';
import { findDuplicates, findSchemaProblems, findUnknownNames, type Problem, pickValidFields } from './errors';
import type { ServiceContract } from './service-contract';
import {
  count,
  dnsLabel,
  port,
  quantityFrom,
  untaggedImage,
  urlPath,
  variableName,
  wholeNumber,
} from './settings/formats';
import { serviceLogsSchema } from './settings/service-logs';
import { serviceMetricsSchema } from './settings/service-metrics';

const portName = z
  .string()
  .regex(/^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/, 'use lower-case letters, digits and inner hyphens')
  .max(15);
const countOrNone = wholeNumber({ min: 0 });
const names = z.array(variableName).readonly();
const portReference = z.string();

/** How the world reaches a service. */
export const exposureSchema = z.strictObject({
  subdomain: dnsLabel,
  servicePort: portReference,
  maxBodySize: quantityFrom('1Ki'),
  idleTimeout: count,
  connectTimeout: count,
  buffering: z.boolean(),
  limits: z.union(
    [z.literal('none'), z.strictObject({ requestsPerSecond: count, burst: count, concurrent: count })],
    'use none, or state requestsPerSecond, burst and concurrent',
  ),
  smoke: z.array(z.strictObject({ kind: z.enum(['websocket', 'range']), path: urlPath })).readonly(),
});

const fields = {
  name: dnsLabel,
  component: dnsLabel,
  image: untaggedImage,
  ports: z.object({ http: port, metrics: port }).catchall(port),
  portVariables: z.record(variableName, portReference),
  servicePorts: z.record(portName, z.strictObject({ port, target: portReference })),
  health: z.strictObject({ live: urlPath, ready: urlPath }),
  settings: names,
  secrets: names,
  mountsEnvFile: z.boolean(),
  calls: z.array(z.string()).readonly(),
  exposure: z.union([z.literal('internal'), exposureSchema], 'use internal, or state how the world reaches it'),
  drainSeconds: countOrNone,
  databasePoolSize: countOrNone,
  databaseAccess: z.union(
    [
      z.enum(['owner', 'none']),
      z.strictObject({
        shared: z.enum(['write', 'read', 'none']),
        reads: z.array(z.string()).readonly(),
      }),
    ],
    'use none or owner, or state what it may do: { shared, reads }',
  ),
  tmpSize: quantityFrom('1Mi'),
  metrics: serviceMetricsSchema,
  logs: serviceLogsSchema,
};

/** A contract by its values alone. Names that refer to others are the platform's to check. */
export const contractSchema = z.strictObject(fields) satisfies z.ZodType<ServiceContract>;

/** A contract in which nothing is wrong is checked once, however many environments its service is in. */
const flawless = new WeakSet<ServiceContract>();

/** Everything that is wrong in a contract alone: its values, and names that refer to its own ports, a line each. */
export function findContractProblems(contract: ServiceContract, where: string): Problem[] {
  if (flawless.has(contract)) return [];
  const problems = [
    ...findPortProblems(pickValidContractFields(contract), where),
    ...validateContract(contract, where),
  ];
  if (problems.length === 0) flawless.add(contract);
  return problems;
}

/** Names in a contract that refer to a port that it does not have, or that it has twice. */
function findPortProblems(contract: Partial<ServiceContract>, where: string): Problem[] {
  const { ports, servicePorts, exposure, portVariables = {}, settings = [], secrets = [] } = contract;
  const variables = [...Object.keys(portVariables), ...settings, ...secrets];
  const targets = Object.values(servicePorts ?? {}).map(({ target }) => target);
  const exposed = exposure === undefined || exposure === 'internal' ? [] : [exposure.servicePort];
  return [
    ...findDuplicates(variables).map(
      (name) => `${where}: reads ${name} twice; name it once in portVariables, settings or secrets`,
    ),
    ...findDuplicates(Object.values(ports ?? {})).map((port) => `${where}.ports: ${port} is listened on twice`),
    ...findUnknownNames(Object.values(portVariables), listNames(ports), `${where}.portVariables`),
    ...findUnknownNames(targets, listNames(ports), `${where}.servicePorts`),
    ...findUnknownNames(exposed, listNames(servicePorts), `${where}.exposure.servicePort`),
  ];
}

function listNames(record: object | undefined): string[] | undefined {
  return record && Object.keys(record);
}

/** Values of a contract that are missing, of a wrong type, or that Kubernetes would refuse, a line each. */
export function validateContract(contract: ServiceContract, where: string): Problem[] {
  return [...findSchemaProblems(contractSchema, contract, where), ...findPortNameProblems(contract, where)];
}

/** A catch-all of zod checks values and no names. */
function findPortNameProblems(contract: ServiceContract, where: string): Problem[] {
  const { ports } = pickValidContractFields(contract);
  return Object.keys(ports ?? {}).flatMap((name) => findSchemaProblems(portName, name, `${where}.ports.${name}`));
}

/** As much of a contract as is what it should be. */
export function pickValidContractFields(contract: unknown): Partial<ServiceContract> {
  return pickValidFields(fields, contract);
}
