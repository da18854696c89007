import { gunzipSync, gzipSync } from 'node:zlib';
import type { KubeObject } from '../objects';
import { type Client, pathFor } from './client';

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

const kind = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  shortNames: [],
  subresources: [],
};

/** The releases of a namespace, in the Secrets where Helm itself keeps them, and in its own format. */
export class Releases {
  constructor(
    readonly client: Client,
    readonly namespace: string,
  ) {}

  /** Revisions, the oldest first. @default name - of all releases */
  async all(name?: string): Promise<Release[]> {
    const query = { labelSelector: name === undefined ? 'owner=helm' : `name=${name},owner=helm` };
    const path = pathFor(kind, this.namespace);
    const { items } = await this.client.json<{ items: KubeObject[] }>(path, { query });
    return items.map(({ data }) => decoded(data?.release ?? '')).sort((a, b) => a.version - b.version);
  }

  create(release: Release): Promise<string> {
    return this.client.text(pathFor(kind, this.namespace), { method: 'POST', body: secretOf(release) });
  }

  update(release: Release): Promise<string> {
    const secret = secretOf(release);
    return this.client.text(pathFor(kind, this.namespace, secret.metadata.name), { method: 'PUT', body: secret });
  }

  delete({ name, version }: Release): Promise<string> {
    return this.client.text(pathFor(kind, this.namespace, secretName(name, version)), { method: 'DELETE' });
  }
}

function secretName(name: string, version: number): string {
  return `sh.helm.release.v1.${name}.v${version}`;
}

function secretOf(release: Release): KubeObject {
  const { name, namespace, version, info } = release;
  const labels = { name, owner: 'helm', status: info.status, version: String(version) };
  const packed = gzipSync(JSON.stringify(release)).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secretName(name, version), namespace, labels },
    type: 'helm.sh/release.v1',
    // Helm encodes what it compressed, and the API encodes that once more.
    data: { release: Buffer.from(packed).toString('base64') },
  };
}

function decoded(data: string): Release {
  const packed = Buffer.from(data, 'base64').toString();
  return JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString()) as Release;
}
