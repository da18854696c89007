import { createHash } from 'node:crypto';

/** A digest of what a pod reads, for its template: the pod restarts when that changes, and only then. No secret goes in. */
export function checksum(content: Readonly<Record<string, string>>): string {
  const ordered = Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(ordered)).digest('hex');
}
