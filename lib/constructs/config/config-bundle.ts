import { Construct } from 'constructs';
import * as z from 'zod';
import { requireValid } from '../../platform/errors';
import { objectKey, variableName } from '../../platform/settings/formats';
import { k8s } from '../kubernetes/k8s';
import { makePlatformMetadata, type NamespacedProps, namespaceScopeSchema } from '../kubernetes/metadata';

/** Properties of a `ConfigBundle`. */
export interface ConfigBundleProps extends NamespacedProps {
  /** Every setting with its text. */
  readonly settings: Readonly<Record<string, string>>;
  /** Settings that services have other values of, and that the env file therefore leaves out. @default - none */
  readonly ownSettings?: readonly string[];
  /** Additional configuration files: name -> content. */
  readonly files: Readonly<Record<string, string>>;
}

/** The key with all settings as one env file. */
export const envFileKey = 'app.env';

const propsSchema = z.looseObject({
  namespaceScope: namespaceScopeSchema,
  settings: z.record(variableName, z.string()),
  files: z.record(objectKey, z.string()),
});

/** The ConfigMap that services read: a key for each setting, all settings as `app.env`, and configuration files. */
export class ConfigBundle extends Construct {
  /** Name of the ConfigMap. */
  readonly name: string;
  private readonly data: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { namespaceScope, settings, ownSettings = [], files }: ConfigBundleProps) {
    super(scope, id);
    requireValid(propsSchema, { namespaceScope, settings, files }, 'ConfigBundle');
    this.name = `${namespaceScope.platform}-config`;
    const shared = Object.entries(settings).filter(([name]) => !ownSettings.includes(name));
    this.data = { [envFileKey]: writeEnvFile(Object.fromEntries(shared)), ...files, ...settings };
    new k8s.KubeConfigMap(this, 'config-map', {
      metadata: {
        ...makePlatformMetadata(namespaceScope, this.name),
        annotations: makeNameExemption(Object.keys(settings)),
      },
      data: this.data,
    });
  }

  /** An environment variable that takes a setting's value. */
  variable(setting: string): k8s.EnvVar {
    this.value(setting);
    return { name: setting, valueFrom: { configMapKeyRef: { name: this.name, key: setting } } };
  }

  /**
   * The text under a key.
   * @throws Error if the bundle has no such key.
   */
  value(key: string): string {
    const value = this.data[key];
    if (value === undefined)
      throw new Error(`${this.name} has no key ${key}; it has ${Object.keys(this.data).join(', ')}`);
    return value;
  }

  /** The texts under some keys, for the checksum of a pod that reads just those. */
  content(keys: readonly string[]): Record<string, string> {
    return Object.fromEntries(keys.map((key) => [key, this.value(key)]));
  }
}

/** Polaris takes a key such as JWT_ACCESS_TOKEN_TTL, a duration, for a token. The platform's validation keeps secrets out. */
function makeNameExemption(settings: readonly string[]): Record<string, string> | undefined {
  const alarming = settings.some((name) => /password|token|bearer|secret/i.test(name));
  return alarming ? { 'polaris.fairwinds.com/sensitiveConfigmapContent-exempt': 'true' } : undefined;
}

/** Formats variables as an env file: `KEY=value` lines, quoted where a reader would otherwise change the value. */
export function writeEnvFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quoteValue(value)}\n`)
    .join('');
}

function quoteValue(value: string): string {
  if (/^[\w./:@%+,=-]*$/.test(value)) return value;
  return `"${value.replace(/[\\"$`]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}
