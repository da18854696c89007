import type { KubernetesObject } from '../../../lib/cluster/kubernetes-client';
import type { Certificate } from '../../../lib/cluster/kubernetes-types';
import { Manifest } from '../../../lib/manifests/manifest';
import type { Snapshot } from '../../../lib/operations/health/snapshot';

/** Time of the snapshots of these tests. */
export const now = Date.parse('2026-11-25T12:00:00Z');

/** A time some minutes before. */
export function ago(minutes: number): string {
  return new Date(now - minutes * 60_000).toISOString();
}

/** An object of namespace `shop`, with its name and the given metadata. */
export function object(
  kind: string,
  name: string,
  { metadata, ...rest }: { readonly metadata?: object } & Readonly<Record<string, unknown>>,
): KubernetesObject {
  return { apiVersion: versions[kind] ?? 'v1', kind, metadata: { name, namespace: 'shop', ...metadata }, ...rest };
}

const versions: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  Ingress: 'networking.k8s.io/v1',
};

/** A snapshot of the objects that were found and of those that the manifests declare. */
export function snapshot(
  found: readonly KubernetesObject[],
  expected: readonly KubernetesObject[] = [],
  certificates: readonly Certificate[] | 'unknown kind' = [],
  databaseObjects: Snapshot['databaseObjects'] = [],
): Snapshot {
  return {
    now,
    found,
    declared: found,
    expected: expected.map((each) => new Manifest(each)),
    certificates,
    databaseObjects,
  };
}
