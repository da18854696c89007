import { LabelSelector } from '../../manifests/label-selector';
import { missingObjectMessage } from '../../manifests/manifest-set';
import type { Rule } from '../rule';

/** The Service that gives a StatefulSet's pods their names exists, is headless, and selects them. */
export const governingServices: Rule = {
  name: 'governing-services',
  class: 'broken',
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
