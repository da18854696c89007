import { Construct } from 'constructs';
import type { LoginRole } from '../../platform/database-roles';
import { clusterRoles, clusterRolesContainers, nameClusterObjects } from '../../platform/postgres-cluster';
import { postgresFiles, postgresPaths } from '../../platform/postgres-pod';
import { postgresHost, postgresPort, resolveDatabaseEndpoint, serverRoles } from '../../platform/settings/database';
import type { ClusterDatabase } from '../../platform/settings/database-cluster';
import { k8s } from '../kubernetes/k8s';
import {
  computeChecksum,
  makeMetadata,
  nameConfig,
  type WorkloadIdentity,
  type WorkloadProps,
} from '../kubernetes/metadata';
import { type QuotaUsage, toCanonicalQuantity, toRequirements } from '../kubernetes/resources';
import { makeExporterContainer } from '../kubernetes/server-container';
import { addDeployment, addServiceAccount } from '../kubernetes/workload-objects';
import {
  credentialFile,
  postgresUids,
  scriptNames,
  writeLoginsFile,
  writeUsers,
} from '../postgres/postgres-configuration';
import {
  makeRolesContainer,
  makeServerContainerBase,
  postgresExporterArgs,
  postgresExporterImage,
  postgresExporterResources,
  postgresMetricsPort,
  postgresProgramPath,
  scriptResources,
} from '../postgres/postgres-containers';
import {
  makeCredentialVolume,
  makeRolePasswordsVolume,
  type PostgresInputs,
  postgresMounts,
  type SecretKey,
} from '../postgres/postgres-volumes';
import { makeServerVerification, type ServerVerification } from '../postgres/server-certificate';
import { readScripts } from '../stateful/script-files';

export interface RolesDeploymentProps
  extends Pick<PostgresInputs, 'roles' | 'passwordSecret' | 'backupPassword'>,
    WorkloadProps {
  readonly database: ClusterDatabase;
}

/** Scripts of a single server that make its data and certificate, which those of a Cluster have from the operator. */
const unneeded: readonly string[] = [postgresFiles.initContainer, postgresFiles.certificate, postgresFiles.setAside];

/** Script that makes the exporter's password. */
const passwordScript = 'make-password.sh';

/** Folder of the exporter's password, which the pod makes itself: no other pod needs it. */
const exporterCredential = {
  mount: { name: 'exporter-credential', mountPath: '/var/run/postgres-exporter-credential' },
  file: `/var/run/postgres-exporter-credential/${credentialFile}`,
} as const;

/** Folder of the superuser's password, whose change the reconciler watches. */
const superuserCredential = { name: 'superuser-credential', mountPath: '/var/run/postgres-superuser' } as const;

/** Maximum number of pods: one, and one that is terminating. */
const rolesPods = 2;

/**
 * The pod that keeps roles, passwords and grants of a Cluster as they should be, with the scripts of a single server, and
 * exports the metrics of its primary. The operator's own roles would need a Secret for each, and could not say who may read
 * what.
 */
export class RolesDeployment extends Construct {
  readonly quotaUsage: QuotaUsage = {
    workload: clusterRoles,
    pods: rolesPods,
    containers: [scriptResources, postgresExporterResources],
    initContainers: [scriptResources],
    claims: [],
  };

  constructor(scope: Construct, id: string, props: RolesDeploymentProps) {
    super(scope, id);
    const { namespaceScope, database, roles, passwordSecret, backupPassword, priorityClassName } = props;
    const identity: WorkloadIdentity = { ...namespaceScope, name: clusterRoles, component: 'database' };
    const files = {
      ...readScripts(
        'constructs/postgres/scripts',
        scriptNames.filter((name) => !unneeded.includes(name)),
      ),
      ...readScripts('constructs/database-cluster/scripts', [passwordScript]),
      [postgresFiles.users]: writeUsers(),
    };
    new k8s.KubeConfigMap(this, 'config', {
      metadata: makeMetadata(identity, nameConfig(identity)),
      data: { ...files, ...writeLoginsFile(roles) },
    });
    addServiceAccount(this, identity);
    addDeployment(this, {
      identity,
      uid: postgresUids.server,
      priorityClassName,
      // Each pod sets the exporter's password. Beside a new one that fails, the old one could no longer log in.
      strategy: { type: 'Recreate' },
      annotations: { 'checksum/config': computeChecksum(files) },
      pod: {
        initContainers: [makePasswordContainer()],
        containers: [makeReconciler(database, roles), makeExporter(database)],
        volumes: [
          { name: 'config', configMap: { name: nameConfig(identity) } },
          makeRolePasswordsVolume(roles, passwordSecret),
          makeCredentialVolume('backup-credentials', backupPassword),
          { name: 'roles', emptyDir: { sizeLimit: toCanonicalQuantity('1Mi') } },
          {
            name: exporterCredential.mount.name,
            emptyDir: { medium: 'Memory', sizeLimit: toCanonicalQuantity('1Mi') },
          },
          makeCredentialVolume(superuserCredential.name, locateSuperuserPassword(database)),
          ...makeVerification(database).volumes,
        ],
      },
    });
  }
}

/** How the pod verifies the servers: their certificate is for our Service and for the operator's. */
function makeVerification(database: ClusterDatabase): ServerVerification {
  return makeServerVerification(resolveDatabaseEndpoint(database).authority);
}

function locateSuperuserPassword(database: ClusterDatabase): SecretKey {
  return { secretName: nameClusterObjects(database).superuserSecret, key: 'password' };
}

/** Makes the password of the exporter's role, new for each pod. */
function makePasswordContainer(): k8s.Container {
  return {
    ...makeServerContainerBase('exporter-password'),
    command: ['sh', `${postgresPaths.config}/${passwordScript}`, exporterCredential.file],
    env: [postgresProgramPath],
    resources: toRequirements(scriptResources),
    volumeMounts: [postgresMounts.config, exporterCredential.mount],
  };
}

/** Logs in to the primary itself and not through our Service, which may still route to the server that is replaced. */
function makeReconciler(database: ClusterDatabase, roles: readonly LoginRole[]): k8s.Container {
  const { secretName, key } = locateSuperuserPassword(database);
  const verification = makeVerification(database);
  return makeRolesContainer(database, roles, {
    env: [
      { name: 'PGHOST', value: nameClusterObjects(database).primaryService },
      ...verification.env,
      { name: 'PGCHANNELBINDING', value: 'require' },
      { name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: secretName, key } } },
      { name: 'SUPERUSER_CREDENTIAL_FILE', value: `${superuserCredential.mountPath}/${credentialFile}` },
      { name: 'EXPORTER_CREDENTIAL_FILE', value: exporterCredential.file },
    ],
    volumeMounts: [
      { ...exporterCredential.mount, readOnly: true },
      { ...superuserCredential, readOnly: true },
      ...verification.volumeMounts,
    ],
  });
}

/** Logs in as the services do, through the Service that they call: it is down when they are cut off. */
function makeExporter(database: ClusterDatabase): k8s.Container {
  const { query, volumeMounts } = makeVerification(database);
  return makeExporterContainer({
    name: clusterRolesContainers.exporter,
    image: postgresExporterImage,
    uid: postgresUids.exporter,
    port: postgresMetricsPort,
    args: [...postgresExporterArgs],
    env: [
      { name: 'DATA_SOURCE_URI', value: `${postgresHost}:${postgresPort}/${database.name}?${query}` },
      { name: 'DATA_SOURCE_USER', value: serverRoles.exporter },
      { name: 'DATA_SOURCE_PASS_FILE', value: exporterCredential.file },
    ],
    resources: postgresExporterResources,
    volumeMounts: [{ ...exporterCredential.mount, readOnly: true }, ...volumeMounts],
  });
}
