import { k8s } from '../constructs/kubernetes/k8s';
import { makePlatformMetadata, type NamespaceScope } from '../constructs/kubernetes/metadata';
import type { Environment } from '../platform/environment';
import type { Problem } from '../platform/errors';
import type { Platform } from '../platform/platform';
import { findMissingSecretValues, findShortPasswords, type SecretValues } from '../platform/service-settings';
import { minimumPasswordLength } from '../platform/settings/database';
import { helmKeepAnnotation } from '../platform/settings/deployment';
import { writeManifest } from '../platform/yaml';
import { type EnvironmentSecret, listEnvironmentSecrets, secretFields } from './environment-secrets';

/** A Secret with its values, as the text of a file. */
export interface SecretFile {
  /** Name of the file in front of `.k8s.yaml`. */
  readonly name: string;
  /** YAML of the Secret. */
  readonly content: string;
}

/** Makes the Secrets of an environment whose values are supplied at each synth. */
export function makeSecretFiles(platform: Platform, environment: Environment, supplied: SecretValues): SecretFile[] {
  return suppliedSecrets(platform, environment).map(({ namespaceScope, name, keys, file }) => ({
    name: file,
    content: writeSecretManifest(namespaceScope, name, keys, supplied),
  }));
}

/**
 * Values that are missing, placeholders or too short, one problem for each. Names keys only, never a value.
 * @param environment fields that are valid; which values are required is known only where the fields that say so are
 * @param supply reads the values, and is called only if some are required
 */
export function findSecretValueProblems(
  platform: Platform,
  environment: Partial<Environment>,
  supply: () => SecretValues,
): Problem[] {
  if (!hasSecretFields(environment)) return [];
  return suppliedSecrets(platform, environment).flatMap(({ keys, passwords, where }) => {
    const values = supply();
    return [
      ...findMissingSecretValues(keys, values, where),
      ...findShortPasswords(passwords, values, minimumPasswordLength, where),
    ];
  });
}

type SecretFields = Pick<Environment, (typeof secretFields)[number]>;

function hasSecretFields(environment: Partial<Environment>): environment is Partial<Environment> & SecretFields {
  return secretFields.every((field) => environment[field] !== undefined);
}

function suppliedSecrets(platform: Platform, environment: SecretFields): EnvironmentSecret[] {
  return listEnvironmentSecrets(platform, environment).filter(({ source }) => source.kind === 'values');
}

/** Writes a Secret with its values as YAML, for a file that is never committed. */
export function writeSecretManifest(
  namespaceScope: NamespaceScope,
  name: string,
  keys: readonly string[],
  values: SecretValues,
): string {
  return writeManifest([
    k8s.KubeSecret.manifest({
      metadata: { ...makePlatformMetadata(namespaceScope, name), annotations: helmKeepAnnotation },
      type: 'Opaque',
      data: Object.fromEntries(keys.map((key) => [key, Buffer.from(values[key] ?? '').toString('base64')])),
    }),
  ]);
}
