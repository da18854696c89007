import { nameSecret } from '../constructs/config/secret-bundle';
import type { NamespaceScope } from '../constructs/kubernetes/metadata';
import { logsSecretKeys, nameLogsSecret } from '../constructs/logs/loki';
import {
  listAlertmanagerKeys,
  listMonitoringSecretKeys,
  nameMonitoringSecret,
} from '../constructs/monitoring/monitoring-secrets';
import {
  backupPasswordKey,
  listBackupSecretKeys,
  nameBackupSecret,
} from '../constructs/postgres/backup/backup-configuration';
import { listDatabaseRoles, listServiceSecretKeys } from '../platform/database-roles';
import { chooseServersNamespace, type Environment, nameMonitoringNamespace } from '../platform/environment';
import { resolveTarget } from '../platform/extension-targets';
import type { Platform } from '../platform/platform';
import { cachePasswordKey, nameCacheSecret } from '../platform/settings/cache';
import type { SecretSource } from '../platform/settings/secret-source';

/** A Secret that an environment needs: its place, its keys, and the source of its values. */
export interface EnvironmentSecret {
  readonly namespaceScope: NamespaceScope;
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

/** Every Secret of an environment: of the platform, its monitoring, its backup, its cache, its logs and its image registries. */
export function listEnvironmentSecrets(
  platform: Platform,
  environment: Pick<Environment, (typeof secretFields)[number]>,
): EnvironmentSecret[] {
  const { name, namespace, secrets, monitoring, database, cache, logs } = environment;
  const namespaceScope = { namespace, platform: platform.name, environment: name };
  const at = (path: string, file: string) => ({
    namespaceScope,
    passwords: [],
    where: `${name}.${path}`,
    file: `${name}-${file}`,
  });
  const roles = listDatabaseRoles(platform, environment);
  const stated: readonly (EnvironmentSecret | false)[] = [
    {
      namespaceScope,
      name: nameSecret(namespaceScope),
      keys: listServiceSecretKeys(platform, roles),
      passwords: database.kind === 'managed' ? [] : roles.map(({ passwordKey }) => passwordKey),
      source: secrets,
      where: `${name}.secrets`,
      file: name,
    },
    monitoring.kind === 'bundled' && {
      ...at('monitoring.secrets', 'monitoring'),
      namespaceScope: { ...namespaceScope, namespace: nameMonitoringNamespace(namespace) },
      name: nameMonitoringSecret(platform.name),
      keys: listMonitoringSecretKeys(monitoring),
      source: monitoring.secrets,
    },
    monitoring.kind === 'operator' &&
      monitoring.alerts.kind === 'receivers' && {
        ...at('monitoring.alerts.secrets', 'monitoring'),
        name: nameMonitoringSecret(platform.name),
        keys: listAlertmanagerKeys(monitoring.alerts.receivers),
        source: monitoring.alerts.secrets,
      },
    (database.kind === 'single' || database.kind === 'cluster') && {
      ...at('database.backup.secrets', 'backup'),
      name: nameBackupSecret(platform.name),
      keys: listBackupSecretKeys(database.backup),
      passwords: [backupPasswordKey],
      source: database.backup.secrets,
    },
    cache.kind === 'replicated' && {
      ...at('cache.secrets', 'cache'),
      name: nameCacheSecret(platform.name),
      keys: [cachePasswordKey],
      passwords: [cachePasswordKey],
      source: cache.secrets,
    },
    logs.kind === 'loki' &&
      logs.store.kind === 'bucket' && {
        ...at('logs.store.secrets', 'logs'),
        namespaceScope: { ...namespaceScope, namespace: chooseServersNamespace({ namespace, monitoring }) },
        name: nameLogsSecret(platform.name),
        keys: logsSecretKeys,
        source: logs.store.secrets,
      },
  ];
  return [...stated.filter((secret) => secret !== false), ...listPullSecrets(platform, environment)];
}

/** The pull secrets of the services and of what is added to workloads, each once. */
function listPullSecrets(
  { name: platform }: Platform,
  environment: Pick<Environment, 'name' | 'namespace' | 'imagePullSecrets' | 'extensions'>,
): EnvironmentSecret[] {
  const { name: environmentName, namespace, imagePullSecrets, extensions } = environment;
  const secret = (place: string, name: string, path: string): EnvironmentSecret => ({
    namespaceScope: { namespace: place, platform, environment: environmentName },
    name,
    keys: [registryKey],
    passwords: [],
    source: { kind: 'existing' },
    where: `${environmentName}.${path}`,
    file: `${environmentName}-registries`,
  });
  const own = imagePullSecrets.map((name) => secret(namespace, name, 'imagePullSecrets'));
  const added = extensions.flatMap((extension, index) => {
    const target = resolveTarget({ name: platform }, environment, extension);
    const path = `extensions.${index}.pod.imagePullSecrets`;
    return (extension.pod?.imagePullSecrets ?? []).map((name) => secret(target.namespace, name, path));
  });
  const isFirst = (one: EnvironmentSecret, index: number, all: readonly EnvironmentSecret[]) =>
    all.findIndex(
      ({ namespaceScope, name }) => namespaceScope.namespace === one.namespaceScope.namespace && name === one.name,
    ) === index;
  return [...own, ...added].filter(isFirst);
}
