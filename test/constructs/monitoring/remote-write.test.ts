import { parse } from 'yaml';
import type { Environment } from '../../../lib/platform/environment';
import type { RemoteWrite } from '../../../lib/platform/settings/remote-write';
import { buildEnvironment, lintOutput } from '../../../lib/synth/render-environment';
import type { Manifest } from '../../support/manifests';
import { mimir } from '../../support/mimir';
import { sample, sampleTest } from '../../support/sample-platform';

const cloud: RemoteWrite = {
  ...mimir,
  name: 'cloud',
  url: 'https://prometheus.grafana.net:4443/api/prom/push',
  destination: { kind: 'internet' },
  authority: { kind: 'public' },
  authentication: { kind: 'bearer' },
  headers: {},
  metrics: { kind: 'keep', names: ['up', 'service:*'] },
  replicas: 'identical',
};

const plain: RemoteWrite = {
  ...mimir,
  name: 'plain',
  url: 'http://10.4.0.9:8428/api/v1/write',
  destination: { kind: 'addresses', cidrs: ['10.4.0.9/32'] },
  authority: { kind: 'public' },
  authentication: { kind: 'none' },
  headers: {},
  metrics: { kind: 'all' },
  replicas: 'labelled',
};

function built(...remoteWrite: readonly RemoteWrite[]) {
  const { monitoring } = sampleTest;
  if (monitoring.kind !== 'bundled') throw new Error('the sample has no monitoring servers');
  const environment: Environment<typeof sample> = { ...sampleTest, monitoring: { ...monitoring, remoteWrite } };
  const output = buildEnvironment(sample, environment);
  const objects = (output.files['test-monitoring'] ?? []) as readonly Manifest[];
  const file = (name: string) => objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
  return { output, objects, filesOf: (name: string) => file(name)?.data ?? {} };
}

const { output, objects, filesOf } = built(mimir, cloud, plain);
const pod = objects.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'prometheus')?.spec
  ?.template?.spec;

test('prometheus.yml names each server, with the files of its credential and authority', () => {
  const { remote_write } = parse(filesOf('prometheus-config')['prometheus.yml'] ?? '');
  const queue_config = { capacity: 10000, max_samples_per_send: 2000, max_shards: 10, retry_on_http_429: true };
  expect(remote_write).toEqual([
    {
      name: 'mimir',
      url: mimir.url,
      remote_timeout: '30s',
      headers: { 'X-Scope-OrgID': 'veza' },
      basic_auth: { username: 'veza', password_file: '/etc/prometheus-secrets/REMOTE_WRITE_MIMIR_PASSWORD' },
      tls_config: { ca_file: '/etc/prometheus-authorities/mimir/ca.crt' },
      write_relabel_configs: [
        { source_labels: ['__name__'], regex: 'go_.*|process_.*', action: 'drop' },
        { source_labels: ['replica'], target_label: '__replica__' },
        { regex: 'replica', action: 'labeldrop' },
      ],
      queue_config,
    },
    {
      name: 'cloud',
      url: cloud.url,
      remote_timeout: '30s',
      authorization: { type: 'Bearer', credentials_file: '/etc/prometheus-secrets/REMOTE_WRITE_CLOUD_TOKEN' },
      write_relabel_configs: [
        { source_labels: ['__name__'], regex: 'up|service:.*', action: 'keep' },
        { regex: 'replica', action: 'labeldrop' },
      ],
      queue_config,
    },
    { name: 'plain', url: plain.url, remote_timeout: '30s', queue_config },
  ]);
});

test('the pod mounts what the configuration reads, and nothing else of the Secret', () => {
  const volumes = pod?.volumes?.filter(({ name }) => /^(secrets|authority-)/.test(name));
  expect(volumes).toEqual([
    {
      name: 'secrets',
      secret: {
        secretName: 'sample-monitoring-secrets',
        defaultMode: 0o440,
        items: ['REMOTE_WRITE_MIMIR_PASSWORD', 'REMOTE_WRITE_CLOUD_TOKEN'].map((key) => ({ key, path: key })),
      },
    },
    {
      name: 'authority-mimir',
      configMap: { name: 'mimir-authority', items: [{ key: 'ca.crt', path: 'ca.crt' }] },
    },
  ]);
  expect(pod?.containers[0]?.volumeMounts).toEqual(
    expect.arrayContaining([
      { name: 'secrets', mountPath: '/etc/prometheus-secrets', readOnly: true },
      { name: 'authority-mimir', mountPath: '/etc/prometheus-authorities/mimir', readOnly: true },
    ]),
  );
});

test('Prometheus may reach each server on its port, and nothing else that it did not before', () => {
  const egress = (from: typeof objects) =>
    from
      .filter(({ kind, spec }) => kind === 'NetworkPolicy' && spec?.podSelector?.matchLabels?.app === 'prometheus')
      .flatMap(({ spec }) => spec?.egress ?? [])
      .map((rule) => JSON.stringify(rule));
  const before = egress(built().objects);
  const added = egress(objects).filter((rule) => !before.includes(rule));
  expect(
    added
      .map((rule) => JSON.parse(rule))
      .map(({ ports }) => ports[0].port)
      .sort(),
  ).toEqual([4443, 8428, 8443]);
  expect(added.join()).toContain('"mimir-gateway"');
  expect(added.join()).toContain('10.4.0.9/32');
});

/** What the linter finds where the StatefulSets of the monitoring have another text in place of one. */
function findingsWith(from: string, to: string): string {
  const changed = objects.map((object) =>
    object.kind === 'StatefulSet' ? JSON.parse(JSON.stringify(object).replaceAll(from, to)) : object,
  );
  return lintOutput({ ...output, files: { ...output.files, 'test-monitoring': changed } }).join('\n');
}

test('the linter finds nothing', () => {
  expect(lintOutput(output)).toEqual([]);
});

test.each([
  ['another key', '"key":"REMOTE_WRITE_MIMIR', '"key":"REMOTE_WRITE_MIMR', 'has no key "REMOTE_WRITE_MIMR_PASSWORD"'],
  ['another file', '"path":"REMOTE_WRITE_MIMIR', '"path":"REMOTE_WRITE_MIMR', 'no file "REMOTE_WRITE_MIMIR_PASSWORD"'],
  [
    'another folder',
    '"/etc/prometheus-authorities/mimir"',
    '"/etc/mimir"',
    'mounted at /etc/prometheus-authorities/mimir/',
  ],
])('a credential or authority under %s is a finding', (_, from, to, finding) => {
  expect(findingsWith(from, to)).toContain(finding);
});

test('alerts on the queues exist only where samples are sent', () => {
  const rules = (from: ReturnType<typeof built>) => Object.keys(from.filesOf('prometheus-rules'));
  expect(rules(built(plain))).toContain('remote-write.yaml');
  expect(rules(built())).not.toContain('remote-write.yaml');
});
