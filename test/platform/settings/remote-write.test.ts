import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Environment } from '../../../lib/platform/environment';
import { validateEnvironment } from '../../../lib/platform/environment-validation';
import { listExternalObjects } from '../../../lib/platform/external-objects';
import { type RemoteWrite, readUrlPort } from '../../../lib/platform/settings/remote-write';
import { veza } from '../../../lib/veza/veza';
import { production } from '../../support/environments/production';
import { project } from '../../support/manifests';
import { mimir } from '../../support/mimir';

/** Production that sends its samples to some servers. */
function sending(...remoteWrite: readonly RemoteWrite[]): Environment<typeof veza> {
  return { ...production, monitoring: { ...production.monitoring, remoteWrite } };
}

/** The problems of a server that differs from one without any. */
function problems(change: object): readonly string[] {
  return validateEnvironment(veza, sending({ ...mimir, ...change }));
}

const where = 'production.monitoring.remoteWrite';
const internet = { kind: 'internet' } as const;
const open = { kind: 'public' } as const;

test('servers of every kind are taken', () => {
  const cloud = { ...mimir, name: 'cloud', url: 'https://prometheus.grafana.net/api/prom/push' } as const;
  const victoria = { ...mimir, name: 'victoria', url: 'http://10.4.0.9:8428/api/v1/write' } as const;
  const servers: RemoteWrite[] = [
    mimir,
    { ...cloud, destination: internet, authority: open, metrics: { kind: 'keep', names: ['up', 'service:*'] } },
    { ...victoria, destination: { kind: 'addresses', cidrs: ['10.4.0.9/32'] }, authority: open, replicas: 'identical' },
  ];
  expect(validateEnvironment(veza, sending(...servers))).toEqual([]);
  expect(validateEnvironment(veza, sending())).toEqual([]);
});

test.each([
  [
    'a name that is no label',
    { name: 'Mimir_1' },
    `${where}.0.name: "Mimir_1": use lower-case letters, digits and inner hyphens, at most 63`,
  ],
  [
    'another protocol',
    { url: 'tcp://mimir-gateway.mimir.svc/' },
    `${where}.0.url: "tcp://mimir-gateway.mimir.svc/": use an http or https URL`,
  ],
  [
    'a password in the URL',
    { url: 'https://veza:secret@mimir-gateway.mimir.svc/' },
    `${where}.0.url: "https://…@mimir-gateway.mimir.svc/": holds a credential; state it as authentication`,
  ],
  [
    'http on the internet',
    { url: 'http://mimir.example.com/', destination: internet, authority: open },
    `${where}.0.url: "http://mimir.example.com/": is not encrypted on the internet; use https`,
  ],
  [
    'an authority that verifies nothing',
    { url: 'http://mimir-gateway.mimir.svc/' },
    `${where}.0.authority.kind: "own": verifies nothing over http; use https, or public`,
  ],
  [
    'pods of another namespace than their Service',
    { url: 'https://mimir-gateway.metrics.svc/' },
    `${where}.0.url: "https://mimir-gateway.metrics.svc/": names no Service of the namespace mimir; use a host such as gateway.mimir.svc`,
  ],
  [
    'pods without a label',
    { destination: { ...mimir.destination, podLabels: {} } },
    `${where}.0.destination.podLabels: {}: is empty; name at least one label`,
  ],
  [
    'a label that no pod can have',
    { destination: { ...mimir.destination, podLabels: { app: 'a b' } } },
    `${where}.0.destination.podLabels.app: "a b": use the value of a label, at most 63 characters`,
  ],
  [
    'a credential as a header',
    { headers: { Authorization: 'Bearer secret' } },
    `${where}.0.headers.Authorization: is not a header to state here; state credentials as authentication`,
  ],
  [
    'a header of two lines',
    { headers: { 'X-Scope-OrgID': 'a\nb' } },
    `${where}.0.headers.X-Scope-OrgID: "a\\nb": use printable ASCII characters`,
  ],
  [
    'a regular expression',
    { metrics: { kind: 'keep', names: ['up|down'] } },
    `${where}.0.metrics.names.0: "up|down": use the name of a metric, with * for any characters, such as container_*`,
  ],
  ['no metric', { metrics: { kind: 'keep', names: [] } }, `${where}.0.metrics.names: []: is empty; name a metric`],
  [
    'more shards than memory',
    { queue: { maximumShards: 150 } },
    'production.monitoring.prometheus.resources.limits.memory: "4Gi": is too little for 150 shards of remoteWrite, which may take 1200Mi, more than 25 % of it; use 128 shards at most, or raise it',
  ],
])('%s is one clear error', (_, change, problem) => {
  expect(problems(change)).toEqual([problem]);
});

test('the example of the documentation is taken as it is', () => {
  const text = readFileSync(join(project, 'docs/monitoring.md'), 'utf8');
  const [, example = ''] = /^remoteWrite: (\[.+?^\]),$/ms.exec(text) ?? [];
  expect(parse(example.replace(/ \/\/ .*$/gm, ''))).toEqual([mimir]);
});

test('two servers of one name are refused', () => {
  expect(validateEnvironment(veza, sending(mimir, mimir))).toEqual([
    `${where}.1.name: "mimir": is there already; choose another`,
  ]);
});

test('what a server needs of others is known as an external object', () => {
  expect(listExternalObjects(sending(mimir))).toEqual([
    { kind: 'ConfigMap', namespace: 'veza-production-monitoring', name: 'mimir-authority' },
    { kind: 'Service', namespace: 'mimir', name: 'mimir-gateway' },
  ]);
  expect(listExternalObjects(sending({ ...mimir, destination: internet, authority: open }))).toEqual([]);
});

test('the port of a URL is that of its protocol, unless it is stated', () => {
  expect(['https://a.b/', 'http://a.b/', 'https://a.b:8443/'].map(readUrlPort)).toEqual([443, 80, 8443]);
});
