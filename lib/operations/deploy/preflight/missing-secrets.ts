import type { KubernetesClient } from '../../../cluster/kubernetes-client';
import type { Problem } from '../../../platform/errors';
import { minimumPasswordLength } from '../../../platform/settings/database';
import type { EnvironmentSecret } from '../../../synth/environment-secrets';

/** Length in base64 of the shortest password that the database accepts. */
const minimumEncodedLength = 4 * Math.ceil(minimumPasswordLength / 3);

const remedy = 'see docs/secrets.md';

/** A value that the shell makes where a command is entered, so that no password is invented or printed. */
const generated = `'"$(openssl rand -hex 24)"'`;

/** The Secrets that must exist before a deploy. An ExternalSecret creates its own after it. */
export function selectExpectedSecrets(secrets: readonly EnvironmentSecret[]): EnvironmentSecret[] {
  return secrets.filter(({ source }) => source.kind !== 'external');
}

/** Lists the keys that are missing in Secrets, and passwords that are too short. */
export async function findMissingSecretKeys(
  kubectl: KubernetesClient,
  secrets: readonly EnvironmentSecret[],
): Promise<Problem[]> {
  const problems = await Promise.all(selectExpectedSecrets(secrets).map((secret) => checkSecret(kubectl, secret)));
  return problems.flat();
}

/** Lists the same of Secrets that exist. */
export async function findIncompleteSecrets(
  kubectl: KubernetesClient,
  secrets: readonly EnvironmentSecret[],
): Promise<Problem[]> {
  const existing = selectExpectedSecrets(secrets).map(async (secret) => {
    const keys = await kubectl.secretKeys(secret.name, secret.namespaceScope.namespace);
    return keys.size > 0 ? [secret] : [];
  });
  return findMissingSecretKeys(kubectl, (await Promise.all(existing)).flat());
}

async function checkSecret(
  kubectl: KubernetesClient,
  { namespaceScope: { namespace }, name, keys, passwords }: EnvironmentSecret,
): Promise<Problem[]> {
  const lengths = await kubectl.secretKeys(name, namespace);
  const missing = keys.filter((key) => !lengths.has(key));
  const short = passwords.filter((key) => (lengths.get(key) ?? minimumEncodedLength) < minimumEncodedLength);
  const secret = `Secret ${namespace}/${name}`;
  /** For a Secret that exists: its other values stay. */
  const addPasswords = (missing: readonly string[]) => {
    const added = missing.filter((key) => passwords.includes(key));
    if (added.length === 0 || lengths.size === 0) return '';
    const values = added.map((key) => `"${key}":"${generated}"`).join(',');
    const context = `--context=${kubectl.context} --namespace=${namespace}`;
    return `; new passwords: kubectl ${context} patch secret ${name} --patch='{"stringData":{${values}}}'`;
  };
  return [
    ...(missing.length === 0
      ? []
      : [`${secret}: missing keys: ${missing.join(', ')}; add them, ${remedy}${addPasswords(missing)}`]),
    ...short.map(
      (key) =>
        `${secret}: ${key} has fewer than ${minimumPasswordLength} characters, which the database rejects; ` +
        `set a longer one, ${remedy}`,
    ),
  ];
}
