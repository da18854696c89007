import type { k8s } from 'cdk8s-plus-27';
import type { RemoteWrite } from '../../platform/settings/remote-write';
import type { SecretBundle } from '../config/secret-bundle';
import { listPrometheusKeys, makeSecretFiles, nameRemoteWriteKey } from './monitoring-secrets';

/** Folders of the files that Prometheus reads to log in at the servers that it sends samples to. */
export interface RemoteWriteFolders {
  /** Folder with a file for each key of the Secret. */
  readonly secrets: string;
  /** Folder with a folder for each server that has an authority of its own. */
  readonly authorities: string;
}

/** Folders in the pod. */
export const remoteWriteFolders: RemoteWriteFolders = {
  secrets: '/etc/prometheus-secrets',
  authorities: '/etc/prometheus-authorities',
};

const authorityFile = 'ca.crt';

/**
 * The part `remote_write` of prometheus.yml. Credentials and authorities are read from their files at each connection, so
 * a changed one needs no restart.
 */
export function makeRemoteWriteConfiguration(
  remoteWrites: readonly RemoteWrite[],
  folders: RemoteWriteFolders,
): object[] {
  return remoteWrites.map((server) => ({
    name: server.name,
    url: server.url,
    remote_timeout: '30s',
    ...(Object.keys(server.headers).length > 0 ? { headers: server.headers } : {}),
    ...makeAuthentication(server, folders),
    ...(server.authority.kind === 'own'
      ? { tls_config: { ca_file: `${folders.authorities}/${server.name}/${authorityFile}` } }
      : {}),
    ...makeRelabeling(server),
    queue_config: {
      capacity: 10_000,
      max_samples_per_send: 2_000,
      max_shards: server.queue.maximumShards,
      // A server that refuses samples because there are too many at once is asked again, as one that is down.
      retry_on_http_429: true,
    },
  }));
}

function makeAuthentication(server: RemoteWrite, { secrets }: RemoteWriteFolders): object {
  const file = `${secrets}/${nameRemoteWriteKey(server)}`;
  if (server.authentication.kind === 'none') return {};
  if (server.authentication.kind === 'bearer') return { authorization: { type: 'Bearer', credentials_file: file } };
  return { basic_auth: { username: server.authentication.username, password_file: file } };
}

function makeRelabeling({ metrics, replicas }: RemoteWrite): object {
  const rules = [...(metrics.kind === 'all' ? [] : [makeSelection(metrics)]), ...replicaRules[replicas]];
  return rules.length > 0 ? { write_relabel_configs: rules } : {};
}

function makeSelection({ kind, names }: Exclude<RemoteWrite['metrics'], { kind: 'all' }>): object {
  const regex = names.map((name) => name.replaceAll('*', '.*')).join('|');
  return { source_labels: ['__name__'], regex, action: kind };
}

const dropReplica = { regex: 'replica', action: 'labeldrop' };

/** The label `replica` is an external one, which every sample has by now. */
const replicaRules: Readonly<Record<RemoteWrite['replicas'], readonly object[]>> = {
  labelled: [],
  elected: [{ source_labels: ['replica'], target_label: '__replica__' }, dropReplica],
  identical: [dropReplica],
};

/** Volumes with the credentials and authorities of the servers, if there are any. */
export function makeRemoteWriteVolumes(
  remoteWrites: readonly RemoteWrite[],
  secrets: SecretBundle,
): { readonly volumes: k8s.Volume[]; readonly volumeMounts: k8s.VolumeMount[] } {
  const keys = listPrometheusKeys(remoteWrites);
  const files = keys.length > 0 ? [mountReadOnly(makeSecretFiles(secrets, keys), remoteWriteFolders.secrets)] : [];
  const authorities = remoteWrites.flatMap(({ name, authority }) =>
    authority.kind === 'public' ? [] : [mountReadOnly(makeAuthorityVolume(name, authority), nameAuthorityFolder(name))],
  );
  const all = [...files, ...authorities];
  return { volumes: all.map(({ volume }) => volume), volumeMounts: all.map(({ mount }) => mount) };
}

function makeAuthorityVolume(
  name: string,
  { configMap, key }: { readonly configMap: string; readonly key: string },
): k8s.Volume {
  return { name: `authority-${name}`, configMap: { name: configMap, items: [{ key, path: authorityFile }] } };
}

function nameAuthorityFolder(name: string): string {
  return `${remoteWriteFolders.authorities}/${name}`;
}

function mountReadOnly(volume: k8s.Volume, mountPath: string): { volume: k8s.Volume; mount: k8s.VolumeMount } {
  return { volume, mount: { name: volume.name, mountPath, readOnly: true } };
}
