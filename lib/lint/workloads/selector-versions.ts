import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import type { Rule } from '../rule';

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
