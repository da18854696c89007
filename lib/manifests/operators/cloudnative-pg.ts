import { listInertKinds, type MadeObject, type OperatorKind } from './operator-kind';

const group = 'postgresql.cnpg.io';
const docs = 'https://cloudnative-pg.io/documentation/current';

/** Keys of the Secret of a database role (pkg/specs/secrets.go). */
const credentialKeys = [
  ...['username', 'user', 'password', 'dbname', 'host', 'port', 'pgpass'],
  ...['uri', 'jdbc-uri', 'fqdn-uri', 'fqdn-jdbc-uri'],
];

const port = 'postgres:5432';

const own = {
  'app.kubernetes.io/name': 'postgresql',
  'app.kubernetes.io/managed-by': 'cloudnative-pg',
};

function defaultService(suffix: string): MadeObject {
  const when = [`!spec.managed.services.disabledDefaultServices[]=${suffix}`];
  const labels = {
    ...own,
    'cnpg.io/cluster': '{name}',
    'app.kubernetes.io/instance': '{name}',
    'app.kubernetes.io/version': '*',
    'app.kubernetes.io/component': 'database',
  };
  return { type: 'Service', name: `{name}-${suffix}`, ports: [port], when, labels };
}

/** Labels of the pods of a cluster (pkg/specs/pods.go); `role` is the former name of the instance's role. */
function instanceLabels(role: string): Record<string, string> {
  return {
    ...own,
    'cnpg.io/cluster': '{name}',
    'cnpg.io/instanceName': '*',
    'cnpg.io/podRole': 'instance',
    'cnpg.io/instanceRole': role,
    role,
    'app.kubernetes.io/instance': '{name}',
    'app.kubernetes.io/version': '*',
    'app.kubernetes.io/component': 'database',
  };
}

/** What the Jobs of a Cluster do (pkg/specs/jobs.go). */
const jobRoles = ['import', 'initdb', 'pgbasebackup', 'full-recovery', 'join', 'snapshot-recovery'] as const;

const instancePorts = ['postgresql:5432', 'metrics:9187', 'status:8000'];
const labelsFrom = ['spec.inheritedMetadata.labels', 'metadata.labels'];

export const cloudNativePg: readonly OperatorKind[] = [
  {
    kind: 'Cluster',
    group,
    source: `${docs}/applications/`,
    makes: [
      ...['rw', 'ro', 'r'].map(defaultService),
      { type: 'Service', name: '{spec.managed.services.additional[].serviceTemplate.metadata.name}' },
      {
        type: 'Secret',
        name: '{name}-app',
        keys: credentialKeys,
        when: [
          '!spec.bootstrap.initdb.secret',
          '!spec.bootstrap.recovery.secret',
          '!spec.bootstrap.pg_basebackup.secret',
        ],
      },
      {
        type: 'Secret',
        name: '{name}-superuser',
        keys: credentialKeys,
        when: ['spec.enableSuperuserAccess=true', '!spec.superuserSecret'],
      },
      // The authority between the servers, and that of their certificate where no other is stated.
      { type: 'Secret', name: '{name}-ca', keys: ['ca.crt', 'ca.key'], when: ['!spec.certificates.clientCASecret'] },
      { type: 'Secret', name: '{name}-ca', keys: ['ca.crt', 'ca.key'], when: ['!spec.certificates.serverCASecret'] },
      {
        type: 'Secret',
        name: '{name}-server',
        keys: ['tls.crt', 'tls.key'],
        when: ['!spec.certificates.serverTLSSecret'],
      },
      {
        type: 'Secret',
        name: '{name}-replication',
        keys: ['tls.crt', 'tls.key'],
        when: ['!spec.certificates.replicationTLSSecret'],
      },
      { type: 'Secret', name: '{name}-pull-secret', keys: ['.dockerconfigjson'] },
      { type: 'Secret', name: '{name}-pooler', keys: ['tls.crt', 'tls.key'] },
      { type: 'ConfigMap', name: 'cnpg-default-monitoring', keys: ['queries'] },
      { type: 'Secret', name: 'cnpg-default-monitoring', keys: ['queries'] },
      { type: 'ServiceAccount', name: '{spec.serviceAccountName|name}' },
      { type: 'PersistentVolumeClaim', name: '{name}-#' },
      { type: 'PersistentVolumeClaim', name: '{name}-#-wal' },
    ],
    pods: [
      { labels: instanceLabels('primary'), labelsFrom, ports: instancePorts },
      { labels: instanceLabels('replica'), labelsFrom, ports: instancePorts },
      // Its Jobs pass nothing of the Cluster's labels on to their pods.
      ...jobRoles.map((role) => ({
        labels: { ...own, 'cnpg.io/cluster': '{name}', 'cnpg.io/jobRole': role, 'cnpg.io/instanceName': '*' },
        ports: [],
        runsToCompletion: true,
      })),
    ],
  },
  {
    kind: 'Pooler',
    group,
    source: `${docs}/connection_pooling/`,
    makes: [
      { type: 'Service', name: '{name}', ports: ['pgbouncer:5432'] },
      { type: 'Deployment.apps', name: '{name}' },
      { type: 'ServiceAccount', name: '{spec.serviceAccountName|name}' },
    ],
    pods: [
      {
        labels: {
          ...own,
          'cnpg.io/cluster': '{spec.cluster.name}',
          'cnpg.io/poolerName': '{name}',
          'cnpg.io/podRole': 'pooler',
          'app.kubernetes.io/instance': '{spec.cluster.name}',
          'app.kubernetes.io/component': 'pooler',
        },
        labelsFrom: ['spec.template.metadata.labels'],
        ports: ['pgbouncer:5432', 'metrics:9127'],
      },
    ],
  },
  {
    kind: 'DatabaseRole',
    group,
    source: `${docs}/declarative_role_management/`,
    makes: [{ type: 'Secret', name: '{name}-client-cert', keys: ['tls.crt', 'tls.key', 'ca.crt'] }],
  },
  ...listInertKinds(
    group,
    `${docs}/cloudnative-pg.v1/`,
    'Backup Database FailoverQuorum ImageCatalog Publication ScheduledBackup Subscription',
  ),
  ...listInertKinds(group, `${docs}/image_catalog/`, 'ClusterImageCatalog', true),
  ...listInertKinds('barmancloud.cnpg.io', 'https://cloudnative-pg.io/plugin-barman-cloud/docs/usage/', 'ObjectStore'),
];
