import { backupPasswordKey, backupSecretKeys, backupSecretName } from '../backup/backup-secrets';
import { secretName } from '../bundles/secret-bundle';
import type { SecretSource } from '../bundles/secret-source';
import type { Environment } from '../environments/environment';
import { monitoringNamespace } from '../environments/environment';
import type { Home } from '../kubernetes/metadata';
import { monitoringSecretKeys, monitoringSecretName } from '../monitoring/monitoring-secrets';
import type { Platform } from '../platform';

/** A Secret that an environment needs: where it lies, what it holds, and who makes it. */
export interface EnvironmentSecret {
  readonly home: Home;
  readonly name: string;
  readonly keys: readonly string[];
  /** Those of its keys that are passwords of a database in the cluster, which takes no short one. */
  readonly passwords: readonly string[];
  readonly source: SecretSource;
  /** Path of the source in the environment's data, for errors. */
  readonly where: string;
  /** Name of its file, if its values are written. */
  readonly file: string;
}

/** Every Secret of an environment: that of the platform, that of its monitoring, and that of the backup if there is one. */
export function environmentSecrets(platform: Platform, environment: Environment): EnvironmentSecret[] {
  const { name, namespace, secrets, monitoring, database } = environment;
  const home = { namespace, platform: platform.name, environment: name };
  return [
    {
      home,
      name: secretName(home),
      keys: platform.secrets,
      passwords: database.kind === 'in-cluster' ? [platform.databasePassword] : [],
      source: secrets,
      where: `${name}.secrets`,
      file: name,
    },
    {
      home: { ...home, namespace: monitoringNamespace(namespace) },
      name: monitoringSecretName(platform.name),
      keys: monitoringSecretKeys(monitoring),
      passwords: [],
      source: monitoring.secrets,
      where: `${name}.monitoring.secrets`,
      file: `${name}-monitoring`,
    },
    ...(database.kind === 'managed'
      ? []
      : [
          {
            home,
            name: backupSecretName(platform.name),
            keys: backupSecretKeys(database.backup),
            passwords: [backupPasswordKey],
            source: database.backup.secrets,
            where: `${name}.database.backup.secrets`,
            file: `${name}-backup`,
          },
        ]),
  ];
}
