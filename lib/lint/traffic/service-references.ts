import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import { formatList, isOfCluster, type ManifestSet } from '../../manifests/manifest-set';
import { reportMissing } from '../common-findings';
import type { Rule, Violation } from '../rule';

export const webhookServices: Rule = {
  name: 'webhook-services',
  class: 'broken',
  finds: 'A webhook or an APIService whose Service, or port of it, does not exist.',
  why: 'The API server cannot call it: requests fail, with failurePolicy Fail every one of the kinds that it is for.',
  fix: 'Name a Service with its namespace, and a port of it; the default is 443.',
  example: `
apiVersion: v1
kind: Service
metadata: { name: policy, namespace: shop }
spec: { type: ExternalName, externalName: policy.example.org, ports: [{ port: 443 }] }
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: policy }
webhooks:
  - name: policy.example.org
    admissionReviewVersions: [v1]
    sideEffects: None
    clientConfig: { service: { name: policy, namespace: shop, port: 8443 } }
`,
  *check(set) {
    for (const at of listWebhookServices(set)) {
      const namespace = at.text('namespace') ?? '';
      if (!set.isComplete(namespace)) continue;
      const name = at.text('name') ?? '';
      yield* findDanglingService(set, { at, namespace, name, port: at.at('port'), defaultPort: 443 });
    }
  },
};

/** Places at which the API server is given a Service to call. */
export function listWebhookServices(set: ManifestSet): Cursor[] {
  const admission = set.ofType(
    'MutatingWebhookConfiguration.admissionregistration.k8s.io',
    'ValidatingWebhookConfiguration.admissionregistration.k8s.io',
  );
  const conversions = set.ofType('CustomResourceDefinition.apiextensions.k8s.io');
  return [
    ...admission.flatMap((each) => each.items('webhooks')).map((webhook) => webhook.at('clientConfig', 'service')),
    ...conversions.map((definition) => definition.at('spec', 'conversion', 'webhook', 'clientConfig', 'service')),
    ...set.ofType('APIService.apiregistration.k8s.io').map((each) => each.at('spec', 'service')),
  ].filter(({ exists }) => exists);
}

/** A reference to a Service and to one of its ports. */
interface ServiceReference {
  /** Place of the reference. */
  readonly at: Cursor;
  readonly namespace: string;
  readonly name: string;
  /** Place of the port's name or number. @default - no port is stated */
  readonly port?: Cursor;
  /** Number that is meant where the port is not stated. @default - none */
  readonly defaultPort?: number;
}

/** Reports a Service that does not exist, or a port that it does not have. */
export function* findDanglingService(
  set: ManifestSet,
  { at, namespace, name, port, defaultPort }: ServiceReference,
): Generator<Violation> {
  const service = set.find('Service', namespace, name);
  if (service === undefined) {
    if (isOfCluster(namespace) || set.has('Service', namespace, name)) return;
    yield reportMissing(set, at, 'Service', namespace, name);
    return;
  }
  const wanted = port?.exists ? port.value : defaultPort;
  const ports = service.items('spec', 'ports').map(describe);
  // A patch of kustomize leaves the ports to the Service that it is for.
  const isOpen = isPortless(service) || (ports.length === 0 && set.isKustomizeInput);
  if (wanted === undefined || isOpen || hasServicePort(service, wanted)) return;
  yield {
    at: port?.exists ? port : at,
    message: `Service ${name} has no port ${JSON.stringify(wanted)} (it has ${formatList(ports)})`,
    remedy: 'name a port of the Service',
  };
}

/** Whether a Service has a port of that name or number. */
export function hasServicePort(service: Manifest, wanted: unknown): boolean {
  const ports = service.items('spec', 'ports');
  return ports.some((port) => port.text('name') === wanted || port.number('port') === wanted);
}

export function listServicePortNames(service: Manifest): string[] {
  return service.items('spec', 'ports').map((port) => port.text('name') ?? 'an unnamed port');
}

/** What an ExternalName is an alias of has ports of its own. */
export function isPortless(service: Manifest): boolean {
  return service.text('spec', 'type') === 'ExternalName' && !service.has('spec', 'ports');
}

function describe(port: Cursor): string {
  return [port.text('name'), port.number('port')].filter(Boolean).join(' ');
}
