import { LabelSelector } from '../../manifests/label-selector';
import { missingObjectMessage } from '../../manifests/manifest-set';
import type { Rule } from '../rule';

/** The Service of a StatefulSet exists, is headless, and selects its pods. */
export const headlessServices: Rule = {
  name: 'headless-services',
  formerNames: ['governing-services'],
  class: 'broken',
  documentation: {
    finds: 'A StatefulSet whose Service is missing, not headless, or does not select its pods.',
    why: 'The pods get no DNS names of their own.',
    fix: 'Name a headless Service that selects the pods.',
    example: `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, image: example.org/db:1 }] }
`,
  },
  *check(set) {
    for (const { owner, namespace, labels } of set.pods) {
      const name = owner.type === 'StatefulSet.apps' ? owner.text('spec', 'serviceName') : undefined;
      if (!name) continue;
      const at = owner.at('spec', 'serviceName');
      const service = set.find('Service', namespace, name);
      if (service === undefined) {
        if (set.has('Service', namespace, name)) continue;
        yield {
          at,
          message: missingObjectMessage(set, 'Service', namespace, name),
          remedy: 'name the headless Service of the StatefulSet',
        };
        continue;
      }
      const selector = LabelSelector.fromMap(service.textMap('spec', 'selector'));
      if (service.text('spec', 'clusterIP') !== 'None') {
        yield { at, message: `Service ${name} is not headless`, remedy: 'name a Service with clusterIP: None' };
      } else if (!selector.matches(labels)) {
        yield {
          at,
          message: `Service ${name} selects ${selector}, and not these pods (${LabelSelector.fromMap(labels)})`,
          remedy: "let the Service select the StatefulSet's pods",
        };
      }
    }
  },
};
