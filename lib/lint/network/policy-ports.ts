import type { Cursor } from '../../manifests/cursor';
import { formatList, type ManifestSet } from '../../manifests/manifest-set';
import { listPolicyRules, type PolicyRule, podsOf, selectorOf } from '../../manifests/network-policies';
import { formatPortReference, hasPort, type PodTemplate, portsOf } from '../../manifests/pod-template';
import { rememberFor } from '../../manifests/remember';
import type { ConnectionPort } from '../../platform/connection';
import { exampleDeployment, type Rule, type Violation } from '../rule';
import { findOutsidePorts, PodPeer } from './peer-matching';

export const policyPorts: Rule = {
  name: 'policy-ports',
  class: 'policy',
  finds: 'A port of a NetworkPolicy that the receiving pods do not have.',
  why: 'Policies apply to the port of the pod, which often differs from the port of the Service.',
  fix: 'State a port that the pods listen on.',
  example: `${exampleDeployment}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ ports: [{ port: 80 }] }]
`,
  *check(set) {
    for (const violation of missingPorts(set)) if (typeof violation.at.value === 'number') yield violation;
  },
};

/** A port that a NetworkPolicy names is one that the receiving pods state: a name has no other meaning. */
export const policyPortNames: Rule = {
  name: 'policy-port-names',
  class: 'broken',
  isAboutMissing: true,
  finds: 'A name of a port in a NetworkPolicy that no port of the receiving pods has.',
  why: 'The rule allows nothing: the connection times out.',
  fix: 'State a name or number that the pods have.',
  example: `${exampleDeployment}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ ports: [{ port: web }] }]
`,
  *check(set) {
    for (const violation of missingPorts(set)) if (typeof violation.at.value === 'string') yield violation;
  },
};

const missingPorts = rememberFor((set: ManifestSet): readonly Violation[] => [...findMissingPorts(set)]);

function* findMissingPorts(set: ManifestSet): Generator<Violation> {
  for (const rule of listPolicyRules(set)) {
    const receivers = rule.ports.length === 0 ? undefined : receiversOf(set, rule);
    for (const port of receivers === undefined ? [] : rule.ports) {
      const at = port.at('port');
      const protocol = port.text('protocol') ?? 'TCP';
      const isRange = !at.exists || port.has('endPort');
      if (isRange || receivers === undefined || receivers.have(at.value, protocol)) continue;
      yield {
        at,
        message: `no pod that the rule is about has port ${formatPortReference(at.value, protocol)} (they have ${formatList(receivers.ports())})`,
        remedy: 'state a port that the pods listen on',
      };
    }
  }
}

/** What is known of the ports that a rule is about. */
interface Receivers {
  readonly ports: () => readonly (string | number)[];
  readonly have: (port: unknown, protocol: string) => boolean;
}

/** Undefined where some of the receiving pods are unknown. */
function receiversOf(set: ManifestSet, { policy, direction, peers }: PolicyRule): Receivers | undefined {
  const outside = direction === 'Ingress' ? findOutsidePorts(selectorOf(policy)) : undefined;
  if (outside) return { ports: () => outside, have: (port) => outside.some((each) => each === port) };
  const found =
    direction === 'Ingress'
      ? [podsOf(set, policy)]
      : peers.map((peer) => PodPeer.at(peer, policy.namespace)?.podsIn(set) ?? []);
  if (found.length === 0 || found.some((pods) => pods.length === 0)) return undefined;
  const pods = found.flat().filter(({ runsToCompletion }) => !runsToCompletion);
  if (pods.length === 0) return undefined;
  return {
    ports: () => pods.flatMap(portsOf),
    have: (port, protocol) => pods.some((pod) => hasPort(pod, port, protocol)),
  };
}

/** Whether an entry of a policy's `ports` allows a port of the receiving pods, of which a named one is a port. */
export function allowsPort(
  entry: Cursor,
  { port, protocol }: ConnectionPort,
  receivers: readonly PodTemplate[],
): boolean {
  if ((entry.text('protocol') ?? 'TCP') !== protocol) return false;
  const stated = entry.at('port');
  if (!stated.exists) return true;
  if (typeof stated.value === 'number')
    return stated.value <= port && port <= (entry.number('endPort') ?? stated.value);
  return receivers.some((pod) =>
    pod.containers.some(({ ports }) => ports.some(({ name, number }) => name === stated.value && number === port)),
  );
}
