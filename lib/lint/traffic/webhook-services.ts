import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Rule } from '../rule';
import { danglingService } from './service-references';

/** The Services that the API server calls exist: webhooks of admission and conversion, and aggregated APIs. */
export const webhookServices: Rule = {
  name: 'webhook-services',
  class: 'broken',
  documentation: {
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
  },
  *check(set) {
    for (const at of webhookServiceReferences(set)) {
      const namespace = at.text('namespace') ?? '';
      if (!set.isComplete(namespace)) continue;
      const name = at.text('name') ?? '';
      yield* danglingService(set, { at, namespace, name, port: at.at('port'), defaultPort: 443 });
    }
  },
};

/** Places at which the API server is given a Service to call. */
export function webhookServiceReferences(set: ManifestSet): Cursor[] {
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
