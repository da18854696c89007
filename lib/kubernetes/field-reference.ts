import type { k8s } from 'cdk8s-plus-27';

/**
 * A field of the pod itself. Its version is stated although there is only one: the API server would add it, and a
 * server-side apply over that would be a conflict.
 */
export function fieldReference(fieldPath: string): k8s.ObjectFieldSelector {
  return { apiVersion: 'v1', fieldPath };
}
