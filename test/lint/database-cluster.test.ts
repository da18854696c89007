import { type CheckOptions, lintManifests } from '../../lib/lint/lint-manifests';
import { formatFinding } from '../../lib/lint/rule';
import type { KubernetesManifest } from '../../lib/manifests/manifest';
import { buildEnvironment } from '../../lib/synth/render-environment';
import { veza } from '../../lib/veza/veza';
import { clustered } from '../support/clustered';

const { files, check } = buildEnvironment(veza, clustered);
const text = JSON.stringify(Object.values(files).flat());

/** Findings of the environment with a text replaced in some objects. */
function findings(objects: unknown[], options: CheckOptions = check): string[] {
  return lintManifests(objects, options).map((finding) => `${finding.rule} ${formatFinding(finding)}`);
}

/** The objects of the environment, with a text replaced in one of them. */
function replaced(kind: string, name: string, from: string, to: string): unknown[] {
  const objects: KubernetesManifest[] = JSON.parse(text);
  return objects.map((object) => {
    if (object.kind !== kind || object.metadata.name !== name) return object;
    const before = JSON.stringify(object);
    const after = before.replaceAll(from, to);
    if (before === after) throw new Error(`${kind} ${name} has no ${from}`);
    return JSON.parse(after);
  });
}

test('nothing of a database cluster dangles, although the operator makes its pods and Secrets', () => {
  expect(findings(JSON.parse(text))).toEqual([]);
});

test.each([
  [
    'the Cluster of the Service',
    'Service',
    'postgres-service',
    '"cnpg.io/cluster":"postgres-cluster"',
    '"cnpg.io/cluster":"postgres"',
    'service-selectors',
  ],
  ['the role of the Service', 'Service', 'postgres-service', '"primary"', '"leader"', 'service-selectors'],
  [
    'the port of the Service',
    'Service',
    'postgres-service',
    '"targetPort":"postgresql"',
    '"targetPort":"postgres"',
    'service-ports',
  ],
  [
    'the Secret of the superuser',
    'Deployment',
    'postgres-roles',
    'postgres-cluster-superuser',
    'postgres-superuser',
    'dangling-keys',
  ],
  ['the key of the superuser', 'Deployment', 'postgres-roles', '"key":"password"', '"key":"passwort"', 'dangling-keys'],
  [
    'the Service of the primary',
    'Deployment',
    'postgres-roles',
    'postgres-cluster-rw',
    'postgres-cluster-primary',
    'peer-settings',
  ],
  [
    'the access of the superuser',
    'Cluster',
    'postgres-cluster',
    '"enableSuperuserAccess":true',
    '"enableSuperuserAccess":false',
    'dangling-keys',
  ],
  ...['serverTLSSecret', 'serverCASecret'].map((field) => [
    `the Secret of the certificate as ${field}`,
    'Cluster',
    'postgres-cluster',
    `"${field}":"postgres-server"`,
    `"${field}":"postgres-serving"`,
    'dangling-keys',
  ]),
  [
    'the Secret that the certificate is kept in',
    'Certificate',
    'postgres-server',
    '"secretName":"postgres-server"',
    '"secretName":"postgres-serving"',
    'dangling-keys',
  ],
  [
    'the label of the servers',
    'Cluster',
    'postgres-cluster',
    '"app":"postgres-cluster"',
    '"app":"postgres"',
    'missing-connections',
  ],
  [
    'the label of a Job',
    'NetworkPolicy',
    'postgres-cluster-join',
    'cnpg.io/jobRole',
    'cnpg.io/job',
    'policy-selectors',
  ],
  ['the port of the metrics', 'NetworkPolicy', 'postgres-cluster', '9187', '9188', 'policy-ports'],
  ['the kind of a Job', 'NetworkPolicy', 'postgres-cluster-join', '"join"', '"joining"', 'policy-selectors'],
  ['the kind of a calling Job', 'NetworkPolicy', 'postgres-cluster', '"join"', '"joining"', 'policy-peers'],
  ['the priority', 'Cluster', 'postgres-cluster', 'veza-staging-stores', 'veza-stores', 'database-clusters'],
  [
    'a service that may log in',
    'Cluster',
    'postgres-cluster',
    '"veza-chat-server"',
    '"veza-chat"',
    'database-clusters',
  ],
  ['the backup that may log in', 'Cluster', 'postgres-cluster', '"postgres-backup"', '"backup"', 'database-clusters'],
  [
    'the archive',
    'Cluster',
    'postgres-cluster',
    '"barmanObjectName":"postgres-archive"',
    '"barmanObjectName":"archive"',
    'database-clusters',
  ],
  [
    'the spread',
    'Cluster',
    'postgres-cluster',
    '"matchLabels":{"app":"postgres-cluster"}',
    '"matchLabels":{"app":"postgres"}',
    'database-clusters',
  ],
  [
    'the Cluster of the base backups',
    'ScheduledBackup',
    'postgres-cluster',
    '"cluster":{"name":"postgres-cluster"}',
    '"cluster":{"name":"postgres"}',
    'database-clusters',
  ],
])('a change of %s is found', (_, kind, name, from, to, rule) => {
  const found = findings(replaced(kind, name, from, to));
  expect(found.filter((line) => line.startsWith(`${rule} `))).not.toEqual([]);
});
