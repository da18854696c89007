import { createHash } from 'node:crypto';
import type { k8s } from 'cdk8s-plus-27';
import * as z from 'zod';
import type { NamespaceScope } from '../../platform/namespaces';
import { readReleaseTag } from '../../platform/release';
import { dnsLabel } from '../../platform/settings/formats';

export type { NamespaceScope } from '../../platform/namespaces';

/** @internal */
export const namespaceScopeSchema = z.looseObject({ namespace: dnsLabel, platform: dnsLabel, environment: dnsLabel });

/** @internal */
export const identitySchema = namespaceScopeSchema.extend({ name: dnsLabel, component: dnsLabel });

/** Properties of a construct that makes objects of a namespace. */
export interface NamespacedProps {
  /** Namespace and platform that its objects belong to. */
  readonly namespaceScope: NamespaceScope;
}

/** Properties of a construct that makes pods. */
export interface WorkloadProps extends NamespacedProps {
  /** PriorityClass of its pods, such as `veza-staging-stores`. */
  readonly priorityClassName: string;
}

/** A workload as its labels describe it. */
export interface WorkloadIdentity extends NamespaceScope {
  /** Name of the Deployment, StatefulSet or DaemonSet; the value of its pods' `app` label. */
  readonly name: string;
  /** Its role in the platform: `api`, `database`. */
  readonly component: string;
}

/** The one label that selectors use. Selectors are immutable, so a release must not change it. */
export function selectWorkload({ name }: Pick<WorkloadIdentity, 'name'>): { app: string } {
  return { app: name };
}

/**
 * Labels of an object that belongs to the platform as a whole. `kubectl apply --prune` selects by the environment as well:
 * by the platform alone it would remove every other environment of the cluster, namespaces included.
 */
export function labelPlatform({
  platform,
  environment,
}: Pick<NamespaceScope, 'platform' | 'environment'>): Record<string, string> {
  return { 'app.kubernetes.io/part-of': platform, 'app.kubernetes.io/managed-by': 'cdk8s', environment };
}

/** Labels of an object that belongs to one workload. */
export function labelWorkload(identity: WorkloadIdentity): Record<string, string> {
  return {
    ...selectWorkload(identity),
    'app.kubernetes.io/name': identity.name,
    'app.kubernetes.io/instance': identity.name,
    'app.kubernetes.io/component': identity.component,
    ...labelPlatform(identity),
  };
}

/** Labels with the release: for a workload and its pods, never for a selector. */
export function labelRelease(release: string): Record<string, string> {
  const version = readReleaseTag(release);
  return { version, 'app.kubernetes.io/version': version };
}

/** Metadata of an object that belongs to the platform as a whole. */
export function makePlatformMetadata(namespaceScope: NamespaceScope, name: string): k8s.ObjectMeta {
  return { name, namespace: namespaceScope.namespace, labels: labelPlatform(namespaceScope) };
}

/** Metadata of an object that belongs to one workload. @default name - the workload's own */
export function makeMetadata(identity: WorkloadIdentity, name: string = identity.name): k8s.ObjectMeta {
  return { name, namespace: identity.namespace, labels: labelWorkload(identity) };
}

/** Name of the ConfigMap with a workload's files. */
export function nameConfig({ name }: Pick<WorkloadIdentity, 'name'>): string {
  return `${name}-config`;
}

/** Digest of the texts that a pod reads, for its template: the pod restarts when they change. Never pass a secret. */
export function computeChecksum(content: Readonly<Record<string, string>>): string {
  const ordered = Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(ordered)).digest('hex');
}

/** A list, or nothing where it is empty: the API server drops an empty one, and each apply would seem to add it again. */
export function omitEmpty<Item>(list: Item[]): Item[] | undefined {
  return list.length > 0 ? list : undefined;
}
