import type { KubernetesClient } from '../../../cluster/kubernetes-client';
import type { Problem } from '../../../platform/errors';
import { minimumPasswordLength } from '../../../platform/settings/database';
import type { EnvironmentSecret } from '../../../synth/environment-secrets';

/** Length in base64 of the shortest password that the database accepts. */
const minimumEncodedLength = 4 * Math.ceil(minimumPasswordLength / 3);

const remedy = 'see docs/secrets.md';

/** The Secrets that must exist before a deploy. An ExternalSecret creates its own after it. */
export function expectedSecrets(secrets: readonly EnvironmentSecret[]): EnvironmentSecret[] {
  return secrets.filter(({ source }) => source.kind !== 'external');
}

/** Lists the keys that are missing in Secrets, and passwords that are too short. */
export async function missingSecretKeys(
  kubectl: KubernetesClient,
  secrets: readonly EnvironmentSecret[],
): Promise<Problem[]> {
  const problems = await Promise.all(expectedSecrets(secrets).map((secret) => secretProblems(kubectl, secret)));
  return problems.flat();
}

async function secretProblems(
  kubectl: KubernetesClient,
  { home: { namespace }, name, keys, passwords }: EnvironmentSecret,
): Promise<Problem[]> {
  const lengths = await kubectl.secretKeys(name, namespace);
  const missing = keys.filter((key) => !lengths.has(key));
  const short = passwords.filter((key) => (lengths.get(key) ?? minimumEncodedLength) < minimumEncodedLength);
  const secret = `Secret ${namespace}/${name}`;
  return [
    ...(missing.length === 0 ? [] : [`${secret}: missing keys: ${missing.join(', ')}; add them, ${remedy}`]),
    ...short.map(
      (key) =>
        `${secret}: ${key} has fewer than ${minimumPasswordLength} characters, which the database rejects; ` +
        `set a longer one, ${remedy}`,
    ),
  ];
}
