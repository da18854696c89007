import type { RemoteWrite } from '../../lib/platform/settings/remote-write';

/** A server in the cluster that Prometheus sends its samples to. */
export const mimir: RemoteWrite = {
  name: 'mimir',
  url: 'https://mimir-gateway.mimir.svc/api/v1/push',
  destination: { kind: 'pods', namespace: 'mimir', podLabels: { app: 'mimir-gateway' }, port: 8443 },
  authority: { kind: 'own', configMap: 'mimir-authority', key: 'ca.crt' },
  authentication: { kind: 'basic', username: 'veza' },
  headers: { 'X-Scope-OrgID': 'veza' },
  metrics: { kind: 'drop', names: ['go_*', 'process_*'] },
  replicas: 'elected',
  queue: { maximumShards: 10 },
};
