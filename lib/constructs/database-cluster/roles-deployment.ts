import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { LoginRole } from '../../platform/database-roles';
import { clusterRoles, clusterRolesContainers, nameClusterObjects } from '../../platform/postgres-cluster';
import { postgresFiles, postgresPaths } from '../../platform/postgres-pod';
import { postgresHost, postgresPort, resolveDatabaseEndpoint, serverRoles } from '../../platform/settings/database';
import type { ClusterDatabase } from '../../platform/settings/database-cluster';
import {
  checksum,
  configName,
  type NamespaceScope,
  type WorkloadIdentity,
  workloadMetadata,
} from '../kubernetes/metadata';
import { canonicalQuantity, type QuotaUsage, resourceRequirements } from '../kubernetes/resources';
import { exporterContainer } from '../kubernetes/server-container';
import { addDeployment, addServiceAccount } from '../kubernetes/workload-objects';
import { credentialFile, loginsFile, postgresUids, scriptNames, users } from '../postgres/postgres-configuration';
import {
  postgresExporterArgs,
  postgresExporterImage,
  postgresExporterResources,
  postgresMetricsPort,
  postgresProgramPath,
  rolesContainer,
  scriptResources,
  serverContainerBase,
} from '../postgres/postgres-containers';
import {
  credentialVolume,
  type PostgresInputs,
  postgresMounts,
  rolePasswords,
  type SecretKey,
} from '../postgres/postgres-volumes';
import { type ServerVerification, serverVerification } from '../postgres/server-certificate';
import { readScripts } from '../stateful/script-files';

/** Properties of a `RolesDeployment`. */
export interface RolesDeploymentProps extends Pick<PostgresInputs, 'roles' | 'passwordSecret' | 'backupPassword'> {
  readonly namespaceScope: NamespaceScope;
  readonly database: ClusterDatabase;
  readonly priorityClassName: string;
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
      [postgresFiles.users]: users(),
    };
    new k8s.KubeConfigMap(this, 'config', {
      metadata: workloadMetadata(identity, configName(identity)),
      data: { ...files, ...loginsFile(roles) },
    });
    addServiceAccount(this, identity);
    addDeployment(this, {
      identity,
      uid: postgresUids.server,
      priorityClassName,
      // Each pod sets the exporter's password. Beside a new one that fails, the old one could no longer log in.
      strategy: { type: 'Recreate' },
      annotations: { 'checksum/config': checksum(files) },
      pod: {
        initContainers: [passwordContainer()],
        containers: [reconciler(database, roles), exporter(database)],
        volumes: [
          { name: 'config', configMap: { name: configName(identity) } },
          rolePasswords(roles, passwordSecret),
          credentialVolume('backup-credentials', backupPassword),
          { name: 'roles', emptyDir: { sizeLimit: canonicalQuantity('1Mi') } },
          {
            name: exporterCredential.mount.name,
            emptyDir: { medium: 'Memory', sizeLimit: canonicalQuantity('1Mi') },
          },
          credentialVolume(superuserCredential.name, superuserPassword(database)),
          ...verificationOf(database).volumes,
        ],
      },
    });
  }
}

/** How the pod verifies the servers: their certificate is for our Service and for the operator's. */
function verificationOf(database: ClusterDatabase): ServerVerification {
  return serverVerification(resolveDatabaseEndpoint(database).authority);
}

function superuserPassword(database: ClusterDatabase): SecretKey {
  return { secretName: nameClusterObjects(database).superuserSecret, key: 'password' };
}

/** Makes the password of the exporter's role, new for each pod. */
function passwordContainer(): k8s.Container {
  return {
    ...serverContainerBase('exporter-password'),
    command: ['sh', `${postgresPaths.config}/${passwordScript}`, exporterCredential.file],
    env: [postgresProgramPath],
    resources: resourceRequirements(scriptResources),
    volumeMounts: [postgresMounts.config, exporterCredential.mount],
  };
}

/** Logs in to the primary itself and not through our Service, which may still route to the server that is replaced. */
function reconciler(database: ClusterDatabase, roles: readonly LoginRole[]): k8s.Container {
  const { secretName, key } = superuserPassword(database);
  const verification = verificationOf(database);
  return rolesContainer(database, roles, {
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
function exporter(database: ClusterDatabase): k8s.Container {
  const { query, volumeMounts } = verificationOf(database);
  return exporterContainer({
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
