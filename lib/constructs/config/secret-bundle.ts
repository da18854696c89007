import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as z from 'zod';
import {
  ExternalSecret,
  ExternalSecretSpecDataRemoteRefConversionStrategy,
  ExternalSecretSpecDataRemoteRefDecodingStrategy,
  ExternalSecretSpecDataRemoteRefMetadataPolicy,
  type ExternalSecretSpecSecretStoreRefKind,
  ExternalSecretSpecTargetCreationPolicy,
} from '../../../imports/external-secrets.io';
import { requireValid } from '../../platform/errors';
import { helmKeepAnnotation } from '../../platform/settings/deployment';
import { objectKey, objectName } from '../../platform/settings/formats';
import { type SecretSource, secretSourceSchema } from '../../platform/settings/secret-source';
import {
  makePlatformMetadata,
  type NamespacedProps,
  type NamespaceScope,
  namespaceScopeSchema,
} from '../kubernetes/metadata';

/** Properties of a `SecretBundle`. */
export interface SecretBundleProps extends NamespacedProps {
  /** Keys that the Secret must contain. */
  readonly keys: readonly string[];
  /** Where the values come from. */
  readonly source: SecretSource;
  /**
   * Name of the Secret.
   * @default - the platform's, `<platform>-secrets`
   */
  readonly name?: string;
}

const propsSchema = z.looseObject({
  namespaceScope: namespaceScopeSchema,
  keys: z.array(objectKey),
  source: secretSourceSchema,
  name: objectName.optional(),
});

/**
 * The contract of the Secret that services read: its keys, and where its values come from.
 * No value passes through this class, so none can reach a manifest.
 */
export class SecretBundle extends Construct {
  /** Name of the Secret. */
  readonly name: string;
  /** Keys that the Secret must contain. */
  readonly keys: readonly string[];

  constructor(scope: Construct, id: string, { namespaceScope, keys, source, name }: SecretBundleProps) {
    super(scope, id);
    requireValid(propsSchema, { namespaceScope, keys, source, name }, 'SecretBundle');
    this.name = name ?? nameSecret(namespaceScope);
    this.keys = keys;
    if (source.kind === 'external') this.addExternalSecret(namespaceScope, source);
  }

  /**
   * An environment variable that takes a secret's value. It is required: without the key the pod does not start.
   * @param key where the value is @default - under the variable's name
   * @throws Error if the contract has no such key.
   */
  variable(name: string, key = name): k8s.EnvVar {
    return { name, valueFrom: { secretKeyRef: this.reference(key) } };
  }

  /**
   * Returns a reference to a key.
   * @throws Error if the contract has no such key.
   */
  reference(key: string): k8s.SecretKeySelector {
    if (!this.keys.includes(key)) throw new Error(`${this.name} has no key ${key}; it has ${this.keys.join(', ')}`);
    return { name: this.name, key };
  }

  private addExternalSecret(namespaceScope: NamespaceScope, source: Extract<SecretSource, { kind: 'external' }>): void {
    new ExternalSecret(this, 'external-secret', {
      metadata: { ...makePlatformMetadata(namespaceScope, this.name), annotations: helmKeepAnnotation },
      spec: {
        refreshInterval: source.refreshInterval,
        secretStoreRef: { kind: source.storeKind as ExternalSecretSpecSecretStoreRefKind, name: source.storeName },
        target: { name: this.name, creationPolicy: ExternalSecretSpecTargetCreationPolicy.OWNER },
        data: this.keys.map((key) => ({
          secretKey: key,
          remoteRef: { key: source.remoteKey, property: key, ...statedDefaults },
        })),
      },
    });
  }
}

/** Defaults that some versions of the operator add to each entry. Stated, they do not change at every apply. */
const statedDefaults = {
  conversionStrategy: ExternalSecretSpecDataRemoteRefConversionStrategy.DEFAULT,
  decodingStrategy: ExternalSecretSpecDataRemoteRefDecodingStrategy.NONE,
  metadataPolicy: ExternalSecretSpecDataRemoteRefMetadataPolicy.NONE,
} as const;

/** Name of the Secret that the services of a platform read. */
export function nameSecret({ platform }: Pick<NamespaceScope, 'platform'>): string {
  return `${platform}-secrets`;
}
