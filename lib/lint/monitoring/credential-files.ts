import type { Cursor } from '../../manifests/cursor';
import { formatList, type ManifestSet } from '../../manifests/manifest-set';
import type { Container, PodTemplate } from '../../manifests/pod-template';
import type { Rule, Violation } from '../rule';
import { listVolumeFiles } from '../workloads/sub-paths';
import { findMonitoringFiles, type MonitoringFile } from './monitoring-files';

/** Folders that an image or the kubelet fills. */
const filledElsewhere = /^\/(var\/run\/secrets\/|run\/secrets\/|etc\/ssl\/|etc\/pki\/|usr\/)/;

export const credentialFiles: Rule = {
  name: 'credential-files',
  class: 'broken',
  finds: 'A `password_file`, `ca_file` or the like of Prometheus or Alertmanager that no volume of its pod has.',
  why: 'Prometheus refuses the configuration, or cannot log in; Alertmanager sends nothing.',
  fix: 'Mount the Secret or ConfigMap, or correct the path.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: prometheus, namespace: monitoring }
data:
  prometheus.yml: |
    scrape_configs: []
    remote_write:
      - url: https://mimir.example.org/api/v1/push
        authorization: { credentials_file: /etc/credentials/token }
---
apiVersion: v1
kind: Pod
metadata: { name: prometheus, namespace: monitoring }
spec:
  containers:
    - name: prometheus
      image: quay.io/prometheus/prometheus:v3.5.0
      volumeMounts: [{ name: config, mountPath: /etc/prometheus }]
  volumes: [{ name: config, configMap: { name: prometheus } }]
`,
  *check(set) {
    const { prometheus, alertmanager } = findMonitoringFiles(set);
    for (const file of [...prometheus, ...alertmanager]) {
      const places = filePlaces(file.content);
      for (const { pod, containers } of places.length === 0 ? [] : readersOf(set, file)) {
        for (const at of places) yield* missingFile(set, pod, containers, at);
      }
    }
  },
};

/** Every field that names a file by its whole path. */
function filePlaces(content: Cursor): Cursor[] {
  return content.children().flatMap((at) => {
    const text = at.text();
    if (text === undefined) return filePlaces(at);
    return /(^|_)file$/.test(String(at.step)) && text.startsWith('/') ? [at] : [];
  });
}

interface Readers {
  readonly pod: PodTemplate;
  /** One of them is the program; beside it there may be another that makes it read a changed file. */
  readonly containers: readonly Container[];
}

/** The pods that a file is mounted in. */
function readersOf(set: ManifestSet, { object }: MonitoringFile): Readers[] {
  return set.pods
    .filter(({ namespace }) => namespace === object.namespace)
    .flatMap((pod) => {
      const names = pod.spec.items('volumes').flatMap((volume) => {
        const source =
          object.kind === 'Secret' ? volume.text('secret', 'secretName') : volume.text('configMap', 'name');
        return source === object.name ? [volume.text('name')] : [];
      });
      const containers = pod.allContainers.filter(({ at }) =>
        at.items('volumeMounts').some((mount) => names.includes(mount.text('name'))),
      );
      return containers.length === 0 ? [] : [{ pod, containers }];
    });
}

/** What the last of the containers lacks, if each of them lacks it: that is the program more often than the first. */
function* missingFile(
  set: ManifestSet,
  pod: PodTemplate,
  containers: readonly Container[],
  at: Cursor,
): Generator<Violation> {
  const missing = containers.map((container) => [...missingIn(set, pod, container, at)]);
  if (missing.every(({ length }) => length > 0)) yield* missing.at(-1) ?? [];
}

function* missingIn(
  set: ManifestSet,
  pod: PodTemplate,
  { at: container, name }: Container,
  at: Cursor,
): Generator<Violation> {
  const path = at.text() ?? '';
  const mount = nearestMount(container, path);
  if (mount === undefined) {
    if (filledElsewhere.test(path)) return;
    yield {
      at,
      message: `no volume of container ${name} in ${pod.owner.id} is mounted at ${path}`,
      remedy: 'mount the Secret or ConfigMap that has it, or correct the path',
    };
    return;
  }
  const volume = pod.spec.items('volumes').find((each) => each.text('name') === mount.text('name'));
  const isKnown = volume !== undefined && (volume.has('secret') || volume.has('configMap'));
  const files = isKnown ? listVolumeFiles(set, pod.namespace, volume) : undefined;
  const wanted = path.slice((mount.text('mountPath') ?? '').replace(/\/$/, '').length + 1);
  if (files === undefined || mount.text('subPath') !== undefined || files.includes(wanted)) return;
  yield {
    at,
    message: `volume "${mount.text('name')}" of ${pod.owner.id} has no file "${wanted}" (it has ${formatList(files)})`,
    remedy: 'mount the key that has it, or correct the path',
  };
}

/** The mount that a path is below: of several, the one with the longest path. */
function nearestMount(container: Cursor, path: string): Cursor | undefined {
  const pathOf = (mount: Cursor) => (mount.text('mountPath') ?? '').replace(/\/$/, '');
  return container
    .items('volumeMounts')
    .filter((mount) => path === pathOf(mount) || path.startsWith(`${pathOf(mount)}/`))
    .sort((one, other) => pathOf(other).length - pathOf(one).length)[0];
}
