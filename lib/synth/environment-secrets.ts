import { secretName } from '../constructs/config/secret-bundle';
import type { NamespaceScope } from '../constructs/kubernetes/metadata';
import { logsSecretKeys, logsSecretName } from '../constructs/logs/loki';
import {
  alertmanagerKeys,
  monitoringSecretKeys,
  monitoringSecretName,
} from '../constructs/monitoring/monitoring-secrets';
import { backupPasswordKey, backupSecretKeys, backupSecretName } from '../constructs/postgres/backup/backup-job';
import { databaseRoles, serviceSecretKeys } from '../platform/database-roles';
import { type Environment, monitoringNamespace, serversNamespace } from '../platform/environment';
import { targetObject } from '../platform/extension-targets';
import type { Platform } from '../platform/platform';
import { cachePasswordKey, cacheSecretName } from '../platform/settings/cache';
import type { SecretSource } from '../platform/settings/secret-source';

/** A Secret that an environment needs: its place, its keys, and the source of its values. */
export interface EnvironmentSecret {
  readonly home: NamespaceScope;
  readonly name: string;
  readonly keys: readonly string[];
  /** Keys that are passwords of in-cluster stores, which have a minimum length. */
  readonly passwords: readonly string[];
  readonly source: SecretSource;
  /** Path of the source in the environment, for errors. */
  readonly where: string;
  /** Name of its file, if its values are written. */
  readonly file: string;
}

/** Fields of an environment that determine which Secrets it needs. */
export const secretFields = [
  'name',
  'namespace',
  'secrets',
  'monitoring',
  'database',
  'cache',
  'logs',
  'imagePullSecrets',
  'extensions',
  'services',
  'deployment',
] as const satisfies readonly (keyof Environment)[];

/** Key of a Secret of the type kubernetes.io/dockerconfigjson, in which a node finds the credentials of a registry. */
const registryKey = '.dockerconfigjson';

/** Every Secret of an environment: of the platform, its monitoring, its backup, its cache and its image registries. */
export function environmentSecrets(
  platform: Platform,
  environment: Pick<Environment, (typeof secretFields)[number]>,
): EnvironmentSecret[] {
  const { name, namespace, secrets, monitoring, database, cache, logs, imagePullSecrets } = environment;
  const home = { namespace, platform: platform.name, environment: name };
  const roles = databaseRoles(platform, environment);
  return [
    {
      home,
      name: secretName(home),
      keys: serviceSecretKeys(platform, roles),
      passwords: database.kind !== 'managed' ? roles.map(({ passwordKey }) => passwordKey) : [],
      source: secrets,
      where: `${name}.secrets`,
      file: name,
    },
    ...(monitoring.kind === 'bundled'
      ? [
          {
            home: { ...home, namespace: monitoringNamespace(namespace) },
            name: monitoringSecretName(platform.name),
            keys: monitoringSecretKeys(monitoring),
            passwords: [],
            source: monitoring.secrets,
            where: `${name}.monitoring.secrets`,
            file: `${name}-monitoring`,
          },
        ]
      : []),
    ...(monitoring.kind === 'operator' && monitoring.alerts.kind === 'receivers'
      ? [
          {
            home,
            name: monitoringSecretName(platform.name),
            keys: alertmanagerKeys(monitoring.alerts.receivers),
            passwords: [],
            source: monitoring.alerts.secrets,
            where: `${name}.monitoring.alerts.secrets`,
            file: `${name}-monitoring`,
          },
        ]
      : []),
    ...(database.kind === 'managed' || database.kind === 'ephemeral'
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
    ...(cache.kind === 'replicated'
      ? [
          {
            home,
            name: cacheSecretName(platform.name),
            keys: [cachePasswordKey],
            passwords: [cachePasswordKey],
            source: cache.secrets,
            where: `${name}.cache.secrets`,
            file: `${name}-cache`,
          },
        ]
      : []),
    ...(logs.kind === 'none' || logs.store.kind === 'volume'
      ? []
      : [
          {
            home: { ...home, namespace: serversNamespace({ namespace, monitoring }) },
            name: logsSecretName(platform.name),
            keys: logsSecretKeys,
            passwords: [],
            source: logs.store.secrets,
            where: `${name}.logs.store.secrets`,
            file: `${name}-logs`,
          },
        ]),
    ...imagePullSecrets.map((secret) => ({
      home,
      name: secret,
      keys: [registryKey],
      passwords: [],
      source: { kind: 'existing' } as const,
      where: `${name}.imagePullSecrets`,
      file: `${name}-registries`,
    })),
    ...extensionPullSecrets(platform, environment),
  ];
}

/** The pull secrets of what is added to workloads, each once. */
function extensionPullSecrets(
  platform: Platform,
  environment: Pick<Environment, 'name' | 'namespace' | 'imagePullSecrets' | 'extensions'>,
): EnvironmentSecret[] {
  const known = new Set(environment.imagePullSecrets.map((name) => `${environment.namespace}/${name}`));
  return environment.extensions.flatMap((extension, index) => {
    const { namespace } = targetObject(platform, environment, extension);
    const names = extension.pod?.imagePullSecrets ?? [];
    const added = names.filter((name) => !known.has(`${namespace}/${name}`));
    for (const name of added) known.add(`${namespace}/${name}`);
    return added.map((name) => ({
      home: { namespace, platform: platform.name, environment: environment.name },
      name,
      keys: [registryKey],
      passwords: [],
      source: { kind: 'existing' } as const,
      where: `${environment.name}.extensions.${index}.pod.imagePullSecrets`,
      file: `${environment.name}-registries`,
    }));
  });
}
