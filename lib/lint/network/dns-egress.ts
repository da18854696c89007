import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { isolates, type PolicyRule, podsOf, readPolicyRules, selectorOf } from '../../manifests/network-policies';
import type { PodTemplate } from '../../manifests/pod-template';
import type { Rule } from '../rule';

const dnsPort = 53;

export const dnsEgress: Rule = {
  name: 'dns-egress',
  class: 'broken',
  finds: 'Pods whose NetworkPolicies let them connect to other pods, but not to a DNS server.',
  why: 'The pods cannot look up the names that their settings have: no connection is made.',
  fix: 'Allow port 53 over UDP and TCP, such as to the namespace kube-system.',
  example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: web, image: example.org/web:1, env: [{ name: DB_HOST, value: db }] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: shop, labels: { app: db } }
spec: { containers: [{ name: db, image: example.org/db:1 }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Egress]
  egress: [{ to: [{ podSelector: { matchLabels: { app: db } } }] }]
`,
  *check(set) {
    // Policies of other kinds may allow what these do not.
    if (set.unknown.types.some((type) => /Polic/.test(type))) return;
    for (const policy of set.ofType('NetworkPolicy.networking.k8s.io')) {
      if (!isolates(policy, 'Egress')) continue;
      const rules = readPolicyRules(policy, 'Egress');
      if (!rules.some(namesPods) || rules.some((rule) => mayReachDns(rule))) continue;
      const pod = podsOf(set, policy).find((each) => usesNames(set, each) && !mayReachDnsOtherwise(set, policy, each));
      if (pod === undefined) continue;
      yield {
        at: policy.at('spec', 'egress'),
        message: `${pod.owner.kind} ${pod.owner.name} connects by names, but no policy allows it port ${dnsPort}`,
        remedy: `allow port ${dnsPort} over UDP and TCP to the DNS servers`,
      };
    }
  },
};

function namesPods({ peers }: PolicyRule): boolean {
  return peers.some((peer) => peer.has('podSelector') && !peer.has('namespaceSelector'));
}

/** Whether a rule may be for a DNS server: to any peer, outside of the namespace, or to a server among its pods. */
function mayReachDns({ peers, ports }: PolicyRule): boolean {
  const isDnsPort = ports.some(
    (port) => port.at('port').value === undefined || !isOther(port.at('port').value, port.number('endPort')),
  );
  if (ports.length > 0 && !isDnsPort) return false;
  return (
    peers.length === 0 || ports.length > 0 || peers.some((peer) => peer.has('namespaceSelector') || peer.has('ipBlock'))
  );
}

/** A port by its name may be that of DNS if it says so. */
function isOther(port: unknown, end: number | undefined): boolean {
  if (typeof port === 'number') return port > dnsPort || (end ?? port) < dnsPort;
  return !/dns|^53$/i.test(String(port));
}

function mayReachDnsOtherwise(set: ManifestSet, policy: Manifest, pod: PodTemplate): boolean {
  return set
    .inNamespace('NetworkPolicy.networking.k8s.io', policy.namespace)
    .some(
      (other) =>
        other !== policy &&
        selectorOf(other).matches(pod.labels) &&
        readPolicyRules(other, 'Egress').some((rule) => mayReachDns(rule)),
    );
}

/** Variables whose values are hosts. */
const hostVariable = /_(HOST|HOSTNAME|URL|URI|ADDR|ADDRESS|ENDPOINT|SERVER|SERVERS|BROKERS)$/;

/** Whether a container connects to something by its name: a host in a variable, or a Service in an argument. */
function usesNames(set: ManifestSet, pod: PodTemplate): boolean {
  const { namespace, allContainers, spec } = pod;
  if (pod.isOnHostNetwork || spec.text('dnsPolicy') === 'None') return false;
  const services = new Set(set.namesIn('Service', namespace));
  return allContainers.some(({ at, env }) => {
    const settings = env.filter(
      (entry) => hostVariable.test(entry.text('name') ?? '') && isHostName(entry.text('value') ?? ''),
    );
    const words = [...at.texts('command'), ...at.texts('args')].flatMap((text) => text.split(/[^\w.-]+/));
    return settings.length > 0 || words.some((word) => services.has(word.split('.')[0] ?? ''));
  });
}

/** A name that DNS is asked for, alone or in a URL; not an address, nor the pod itself. */
function isHostName(value: string): boolean {
  const host = value
    .replace(/^[a-z][\w+.-]*:\/\//i, '')
    .replace(/^[^@/]*@/, '')
    .replace(/[:/?,].*$/, '');
  return /^[a-z]([\w.-]*\w)?$/i.test(host) && host !== 'localhost';
}
