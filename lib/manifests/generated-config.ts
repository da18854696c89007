import type { Cursor } from './cursor';
import type { Manifest } from './manifest';

/** A ConfigMap or Secret that an object is or generates. */
export interface GeneratedConfig {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
  readonly hasUnknownKeys?: boolean;
}

const tlsKeys = ['tls.crt', 'tls.key', 'ca.crt'];
const certificateKeys = [
  ...tlsKeys,
  ...['tls-combined.pem', 'key.der', 'keystore.jks', 'truststore.jks', 'keystore.p12', 'truststore.p12'],
];

/** Labels and annotations by which a controller fills in an object: CA bundles, copies of other objects. */
const injectedByController = /inject|reflects|replicate-from/;

const generators: ReadonlyMap<string, (object: Manifest) => GeneratedConfig[]> = new Map([
  ['ConfigMap', (object) => [toConfig(object, 'ConfigMap', object.name, keysAt(object, 'data', 'binaryData'))]],
  ['Secret', (object) => [toConfig(object, 'Secret', object.name, secretKeys(object))]],
  [
    'Service',
    (object) =>
      secretsNamed(object, [object.annotations['service.beta.openshift.io/serving-cert-secret-name']], tlsKeys),
  ],
  [
    'Certificate.cert-manager.io',
    (object) => secretsNamed(object, [object.text('spec', 'secretName')], certificateKeys),
  ],
  ['ExternalSecret.external-secrets.io', fromExternalSecret],
  ['Ingress.networking.k8s.io', fromIngress],
  [
    'SealedSecret.bitnami.com',
    (object) => {
      const template = object.at('spec', 'template');
      const name = template.text('metadata', 'name') ?? object.name;
      return [
        toConfig(object, 'Secret', name, [...keysAt(object.at('spec'), 'encryptedData'), ...keysAt(template, 'data')]),
      ];
    },
  ],
]);

/** Lists the ConfigMaps and Secrets that exist because of an object. */
export function generatedBy(object: Manifest): GeneratedConfig[] {
  return generators.get(object.type)?.(object) ?? [];
}

function toConfig(
  object: Manifest,
  kind: GeneratedConfig['kind'],
  name: string,
  keys: readonly string[],
): GeneratedConfig {
  const marks = [...Object.keys(object.annotations), ...Object.keys(object.labels)];
  return {
    kind,
    namespace: object.namespace,
    name,
    keys,
    hasUnknownKeys: marks.some((mark) => injectedByController.test(mark)),
  };
}

function secretKeys(object: Manifest): string[] {
  const token = object.text('type') === 'kubernetes.io/service-account-token' ? ['token', 'ca.crt', 'namespace'] : [];
  return [...keysAt(object, 'data', 'stringData'), ...token];
}

function fromIngress(ingress: Manifest): GeneratedConfig[] {
  const issuer = /^(cert-manager\.io|certmanager\.k8s\.io)\/(cluster-)?issuer$|^kubernetes\.io\/tls-acme$/;
  if (!Object.keys(ingress.annotations).some((key) => issuer.test(key))) return [];
  const names = ingress
    .at('spec')
    .items('tls')
    .map((tls) => tls.text('secretName'));
  return secretsNamed(ingress, names, tlsKeys);
}

function fromExternalSecret(object: Manifest): GeneratedConfig[] {
  const spec = object.at('spec');
  const template = spec.at('target', 'template');
  const secretKeysStated = spec.items('data').map((entry) => entry.text('secretKey') ?? '');
  const isOpen =
    spec.at('dataFrom').exists ||
    template.at('templateFrom').exists ||
    ['Merge', 'None'].includes(spec.text('target', 'creationPolicy') ?? '');
  return [
    {
      kind: 'Secret',
      namespace: object.namespace,
      name: spec.text('target', 'name') ?? object.name,
      keys: [...secretKeysStated, ...keysAt(template, 'data')],
      hasUnknownKeys: isOpen,
    },
  ];
}

function secretsNamed(
  object: Manifest,
  names: readonly (string | undefined)[],
  keys: readonly string[],
): GeneratedConfig[] {
  return names.flatMap((name) => (name ? [toConfig(object, 'Secret', name, keys)] : []));
}

function keysAt(place: Cursor, ...fields: readonly string[]): string[] {
  return fields.flatMap((field) =>
    place
      .at(field)
      .entries()
      .map(([key]) => key),
  );
}
