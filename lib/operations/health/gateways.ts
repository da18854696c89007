import type { KubernetesObject } from '../../cluster/kubernetes-client';
import { type Condition, describeObject } from '../../cluster/kubernetes-types';
import { type CheckResult, makeFailure, makeResults } from './check-result';
import type { Snapshot } from './snapshot';

const check = 'gateway';

/** The Gateway API, and the policies of its implementations. */
const groups = ['gateway.networking.k8s.io', 'gateway.envoyproxy.io', 'gateway.nginx.org'];

/** Conditions that must be true; those that an object does not have count only if they are `Accepted` or `Programmed`. */
const wanted: Readonly<Record<string, readonly string[]>> = { Gateway: ['Accepted', 'Programmed'] };

/** An object with what controllers say about it: itself, as a part of each parent, or for each object that it is for. */
interface Reported extends KubernetesObject {
  readonly status?: Report & { readonly parents?: readonly Report[]; readonly ancestors?: readonly Report[] };
}

interface Report {
  readonly conditions?: readonly Condition[];
}

/** Checks that the Gateway serves, and that it takes the routes and the policies for them. */
export function checkGateways({ declared }: Snapshot): CheckResult[] {
  return declared
    .filter(({ apiVersion }) => groups.some((group) => apiVersion.startsWith(`${group}/`)))
    .flatMap(checkObject);
}

function checkObject(object: Reported): CheckResult[] {
  const { kind, metadata, status } = object;
  const reports = kind === 'Gateway' ? [status ?? {}] : (status?.parents ?? status?.ancestors ?? []);
  const remedy = `kubectl describe ${kind.toLowerCase()} -n ${metadata.namespace} ${metadata.name}`;
  if (reports.length === 0) {
    return [
      makeFailure(
        check,
        describeObject(object),
        `no controller has accepted it; install the implementation, and see ${remedy}`,
      ),
    ];
  }
  const problems = reports.flatMap(({ conditions = [] }) => findConditionProblems(kind, conditions));
  if (problems.length > 0) return [makeFailure(check, describeObject(object), `${problems.join('; ')}; ${remedy}`)];
  return makeResults(check, describeObject(object), [], 'accepted');
}

function findConditionProblems(kind: string, conditions: readonly Condition[]): string[] {
  const types = wanted[kind] ?? ['Accepted'];
  const missing = types.filter((type) => !conditions.some((condition) => condition.type === type));
  const wrong = conditions.filter(({ type, status }) => [...types, 'ResolvedRefs'].includes(type) && status !== 'True');
  return [
    ...missing.map((type) => `is not ${type}`),
    ...wrong.map(({ type, message, reason }) => `is not ${type}: ${message ?? reason ?? 'no reason is stated'}`),
  ];
}
