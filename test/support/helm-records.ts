import { gunzipSync, gzipSync } from 'node:zlib';
import type { KubeObject } from './cluster/objects';
import type { Store } from './cluster/store';

/** A revision of a release, as Helm stores it. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly manifest: string;
  readonly info: {
    readonly first_deployed: string;
    readonly last_deployed: string;
    readonly status: string;
    readonly description: string;
  };
  readonly chart: {
    readonly metadata: { readonly name: string; readonly version: string; readonly appVersion: string };
  };
}

/** Reads the revisions of a release, the oldest first, from the Secrets where Helm keeps them. */
export function readReleases(store: Store, name: string): Release[] {
  return store
    .all<KubeObject>('Secret', name)
    .filter(({ metadata }) => metadata.labels?.owner === 'helm' && metadata.labels.name === name)
    .map(readRelease)
    .sort((one, other) => one.version - other.version);
}

/** The Secret in which Helm keeps a revision. */
export function releaseSecret(release: Release): KubeObject {
  const { name, namespace, version, info } = release;
  const labels = { name, owner: 'helm', status: info.status, version: String(version) };
  const packed = gzipSync(JSON.stringify(release)).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `sh.helm.release.v1.${name}.v${version}`, namespace, labels },
    type: 'helm.sh/release.v1',
    // Helm encodes what it compressed, and the API encodes that once more.
    data: { release: Buffer.from(packed).toString('base64') },
  };
}

/** Releases by the Secrets that they were read from, since unpacking takes long and objects never change. */
const known = new WeakMap<KubeObject, Release>();

function readRelease(secret: KubeObject): Release {
  const packed = Buffer.from(secret.data?.release ?? '', 'base64').toString();
  const release = known.get(secret) ?? (JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString()) as Release);
  known.set(secret, release);
  return release;
}
