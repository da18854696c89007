import { listInertKinds, type MadeObject, type OperatorKind } from './operator-kind';

const certManager = 'https://cert-manager.io/docs';
const externalSecrets = 'https://external-secrets.io/latest/api/spec';
const tlsKeys = ['tls.crt', 'tls.key', 'ca.crt'];

/** Annotations by which cert-manager makes the certificates of an Ingress or Gateway. */
const issuerAnnotations = [
  'cert-manager.io/issuer',
  'cert-manager.io/cluster-issuer',
  'certmanager.k8s.io/issuer',
  'certmanager.k8s.io/cluster-issuer',
  'kubernetes.io/tls-acme',
];

function shimSecrets(path: string): MadeObject[] {
  return issuerAnnotations.map((annotation) => ({
    type: 'Secret',
    name: `{${path}}`,
    keys: tlsKeys,
    when: [`metadata.annotations[${annotation}]`],
  }));
}

const acmeAccount: MadeObject = {
  type: 'Secret',
  name: '{spec.acme.privateKeySecretRef.name}',
  keys: ['{spec.acme.privateKeySecretRef.key|=tls.key}'],
};

/** Keys that an ExternalSecret has, with paths that start at the specification of one. */
function externalSecret(spec: string, names: string, isAnywhere = false): MadeObject[] {
  const template = `${spec}.target.template`;
  const secret = { type: 'Secret', name: `{${spec}.target.name|${names}}`, isAnywhere };
  const data = `{${spec}.data[].secretKey}`;
  return [
    // With templates of its data, a Secret has the keys of these alone, unless both are merged.
    { ...secret, keys: [data], when: [`!${template}.data`, `!${template}.templateFrom`] },
    { ...secret, keys: [data], when: [`${template}.mergePolicy=Merge`] },
    { ...secret, keys: [`{${template}.data.*}`], when: [`${template}.data`] },
    ...[`${spec}.dataFrom`, `${template}.templateFrom`].map((when) => ({
      ...secret,
      hasUnknownKeys: true,
      when: [when],
    })),
    ...['Merge', 'CreateOrMerge', 'None'].map((policy) => ({
      ...secret,
      hasUnknownKeys: true,
      when: [`${spec}.target.creationPolicy=${policy}`],
    })),
  ];
}

/** cert-manager, the External Secrets Operator and Sealed Secrets. */
export const certificatesAndSecrets: readonly OperatorKind[] = [
  {
    kind: 'Certificate',
    group: 'cert-manager.io',
    source: `${certManager}/usage/certificate/`,
    makes: [
      { keys: tlsKeys },
      { keys: ['keystore.jks', 'truststore.jks'], when: ['spec.keystores.jks.create=true'] },
      { keys: ['keystore.p12', 'truststore.p12'], when: ['spec.keystores.pkcs12.create=true'] },
      { keys: ['tls-combined.pem'], when: ['spec.additionalOutputFormats[].type=CombinedPEM'] },
      { keys: ['key.der'], when: ['spec.additionalOutputFormats[].type=DER'] },
    ].map((secret) => ({ type: 'Secret', name: '{spec.secretName}', ...secret })),
  },
  {
    kind: 'Issuer',
    group: 'cert-manager.io',
    source: `${certManager}/configuration/acme/`,
    makes: [acmeAccount],
  },
  {
    kind: 'ClusterIssuer',
    group: 'cert-manager.io',
    isClusterScoped: true,
    source: `${certManager}/configuration/acme/`,
    makes: [{ ...acmeAccount, isAnywhere: true }],
  },
  ...listInertKinds('cert-manager.io', `${certManager}/usage/certificaterequest/`, 'CertificateRequest'),
  {
    kind: 'Ingress',
    group: 'networking.k8s.io',
    source: `${certManager}/usage/ingress/`,
    makes: shimSecrets('spec.tls[].secretName'),
  },
  {
    kind: 'Gateway',
    group: 'gateway.networking.k8s.io',
    source: `${certManager}/usage/gateway/`,
    makes: shimSecrets('spec.listeners[].tls.certificateRefs[].name'),
  },
  {
    kind: 'ExternalSecret',
    group: 'external-secrets.io',
    source: `${externalSecrets}/#external-secrets.io/v1.ExternalSecretTarget`,
    makes: externalSecret('spec', 'name'),
  },
  {
    kind: 'ClusterExternalSecret',
    group: 'external-secrets.io',
    isClusterScoped: true,
    source: 'https://external-secrets.io/latest/api/clusterexternalsecret/',
    makes: externalSecret('spec.externalSecretSpec', 'spec.externalSecretName|name', true),
  },
  ...listInertKinds('external-secrets.io', externalSecrets, 'SecretStore PushSecret'),
  ...listInertKinds('external-secrets.io', externalSecrets, 'ClusterSecretStore ClusterPushSecret', true),
  {
    kind: 'SealedSecret',
    group: 'bitnami.com',
    source: 'https://github.com/bitnami-labs/sealed-secrets#sealedsecrets-as-templates-for-secrets',
    makes: [
      {
        type: 'Secret',
        name: '{spec.template.metadata.name|name}',
        keys: ['{spec.encryptedData.*}', '{spec.template.data.*}'],
      },
    ],
  },
];
