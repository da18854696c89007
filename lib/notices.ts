import { secretName } from './bundles/secret-bundle';
import { isPlaceholder } from './bundles/secret-values';
import type { Environment } from './environments/environment';
import type { Platform } from './platform';

/** What somebody who applies an environment should know: Secrets that it waits for, and values still to be filled in. */
export function notices(platform: Platform, environment: Environment): string[] {
  return [...expectedSecret(platform, environment), ...placeholders(environment)];
}

function expectedSecret(platform: Platform, { name, namespace, secrets }: Environment): string[] {
  if (secrets.kind !== 'existing') return [];
  const secret = `${namespace}/${secretName({ platform: platform.name })}`;
  return [`${name}: expects the Secret ${secret} with ${platform.secrets.join(', ')}`];
}

function placeholders({ name, settings }: Environment): string[] {
  return Object.entries(settings)
    .filter(([, value]) => isPlaceholder(String(value)))
    .map(([key, value]) => `${name}: ${key} is still the placeholder ${value}`);
}
