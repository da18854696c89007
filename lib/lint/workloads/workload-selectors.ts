import type { Cursor } from '../../manifests/cursor';
import { LabelSelector } from '../../manifests/label-selector';
import type { Manifest } from '../../manifests/manifest';
import { formatMissingObject, type ManifestSet } from '../../manifests/manifest-set';
import { indexAutoscalers, scaleOf } from '../../manifests/scale';
import type { Rule } from '../rule';
import { exampleWorkload } from '../rule';

const selecting = new Set(['DaemonSet.apps', 'Deployment.apps', 'ReplicaSet.apps', 'StatefulSet.apps']);

export const workloadSelectors: Rule = {
  name: 'workload-selectors',
  class: 'broken',
  finds: 'A workload whose selector does not match its own pods.',
  why: 'The API server refuses the workload.',
  fix: 'Use labels of the pod template in the selector.',
  example: `${exampleWorkload}
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: web, image: example.org/web:1 }] }
`,
  *check(set) {
    for (const { owner, labels } of set.pods) {
      const at = owner.at('spec', 'selector');
      if (!selecting.has(owner.type) || !at.exists) continue;
      const selector = LabelSelector.from(at);
      if (selector.isEmpty ? set.isKustomizeInput : selector.matches(labels)) continue;
      yield {
        at,
        message: selector.isEmpty
          ? 'the workload selects no pods'
          : `the selector ${selector} does not select the workload's own pods (${LabelSelector.fromMap(labels)})`,
        remedy: "state labels of the workload's pod template",
      };
    }
  },
};

export const headlessServices: Rule = {
  name: 'headless-services',
  formerNames: ['governing-services'],
  class: 'broken',
  finds:
    'A StatefulSet whose Service is missing, does not select its pods, or is not headless although there are several pods.',
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
  *check(set) {
    const scaledBy = indexAutoscalers(set);
    for (const { owner, namespace, labels } of set.pods) {
      const name = owner.type === 'StatefulSet.apps' ? owner.text('spec', 'serviceName') : undefined;
      if (!name) continue;
      const at = owner.at('spec', 'serviceName');
      const service = set.find('Service', namespace, name);
      if (service === undefined) {
        if (set.has('Service', namespace, name)) continue;
        yield {
          at,
          message: formatMissingObject(set, 'Service', namespace, name),
          remedy: 'name the headless Service of the StatefulSet',
        };
        continue;
      }
      const selector = LabelSelector.fromMap(service.textMap('spec', 'selector'));
      if (service.text('spec', 'clusterIP') !== 'None') {
        // A single pod is reached through the Service.
        if (scaleOf(owner, scaledBy).highest <= 1) continue;
        yield { at, message: `Service ${name} is not headless`, remedy: 'name a Service with clusterIP: None' };
      } else if (selector.isEmpty ? !hasEndpoints(set, service) : !selector.matches(labels)) {
        yield {
          at,
          message: `Service ${name} selects ${selector.isEmpty ? 'nothing' : selector}, and not these pods (${LabelSelector.fromMap(labels)})`,
          remedy: "let the Service select the StatefulSet's pods",
        };
      }
    }
  },
};

/** Whether the endpoints of a Service without a selector are stated. */
function hasEndpoints(set: ManifestSet, { namespace, name }: Manifest): boolean {
  return (
    set.isKustomizeInput ||
    set.find('Endpoints', namespace, name) !== undefined ||
    set
      .inNamespace('EndpointSlice.discovery.k8s.io', namespace)
      .some(({ labels }) => labels['kubernetes.io/service-name'] === name)
  );
}

/** Labels whose values are those of one release. */
const releaseLabel = /^(helm\.sh\/chart|chart|app\.kubernetes\.io\/version|release-version|chart-version)$/;

/** Labels whose values may be those of one release, or of a variant that lasts, such as `v1`. */
const versionLabel = /^(version|app-version|image-tag|tag|build|commit|revision)$/;
const releaseValue = /^v?\d+\.\d+(\.\d+)?([-+.].*)?$|^[0-9a-f]{7,40}$/;

const immutable = ['DaemonSet.apps', 'Deployment.apps', 'ReplicaSet.apps', 'StatefulSet.apps'];

export const selectorVersions: Rule = {
  name: 'selector-versions',
  class: 'broken',
  finds: 'A label of one release, such as `helm.sh/chart`, in the selector or the claim templates of a workload.',
  why: 'They cannot be changed: the API server refuses the next release.',
  fix: 'Leave the label to the metadata of the workload and its pods.',
  example: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web, helm.sh/chart: web-1.2.3 } }
  template:
    metadata: { labels: { app: web, helm.sh/chart: web-1.2.3 } }
    spec: { containers: [{ name: web, image: example.org/web:1 }] }
`,
  *check(set) {
    for (const workload of set.ofType(...immutable)) {
      for (const [label, at] of labelsOf(workload)) {
        const value = at.text() ?? '';
        if (!isOfRelease(label, value) || workload.name.includes(value)) continue;
        yield {
          at,
          message: `${label} changes with every release, but this field cannot be changed`,
          remedy: 'state the label in the metadata alone',
        };
      }
    }
  },
};

function labelsOf(workload: Manifest): [label: string, at: Cursor][] {
  const claims = workload.items('spec', 'volumeClaimTemplates');
  return [
    ...workload.at('spec', 'selector', 'matchLabels').entries(),
    ...claims.flatMap((claim) => claim.at('metadata', 'labels').entries()),
  ];
}

function isOfRelease(label: string, value: string): boolean {
  return releaseLabel.test(label) || (versionLabel.test(label) && releaseValue.test(value));
}
