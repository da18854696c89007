import { isPlaceholder } from './bundles/secret-values';
import { environmentSecrets } from './charts/environment-secrets';
import type { Environment } from './environments/environment';
import type { Platform } from './platform';

/** What somebody who applies an environment should know: Secrets that it waits for, and values still to be filled in. */
export function notices(platform: Platform, environment: Environment): string[] {
  return [...expectedSecrets(platform, environment), ...placeholders(environment)];
}

function expectedSecrets(platform: Platform, environment: Environment): string[] {
  return environmentSecrets(platform, environment)
    .filter(({ source }) => source.kind === 'existing')
    .map(
      ({ home, name, keys }) =>
        `${environment.name}: expects the Secret ${home.namespace}/${name} with ${keys.join(', ')}`,
    );
}

function placeholders({ name, settings }: Environment): string[] {
  return Object.entries(settings)
    .filter(([, value]) => isPlaceholder(String(value)))
    .map(([key, value]) => `${name}: ${key} is still the placeholder ${value}`);
}
