import { findingsAfter, put } from './changes';

describe('dangling-keys', () => {
  test('a ConfigMap key in env', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/containers/0/env/6/valueFrom/configMapKeyRef', {
          name: 'web',
          key: 'COLOR',
        }),
      ]),
    ).toEqual([
      'dangling-keys | shop Deployment/web: spec.template.spec.containers[0].env[COLOUR]: ConfigMap web has no key "COLOR" (it has ENV, LOG_LEVEL, HTTP_PORT, JWT_ACCESS_TOKEN_TTL, GOOGLE_CLIENT_ID, DB_PASSWORD_FILE, TOKEN_URL, app.env and 2 more)',
    ]);
  });

  test('a Secret key in env', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/containers/0/env/3/valueFrom/secretKeyRef/key', 'user'),
      ]),
    ).toEqual([
      'dangling-keys | shop Deployment/web: spec.template.spec.containers[0].env[DB_USER]: Secret database-credentials has no key "user" (it has username, password)',
    ]);
  });

  test('a Secret in env', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/containers/0/env/3/valueFrom/secretKeyRef/name', 'database'),
      ]),
    ).toEqual([
      'dangling-keys | shop Deployment/web: spec.template.spec.containers[0].env[DB_USER]: Secret database does not exist in shop (there is shop-tls, registry, database-credentials)',
    ]);
  });

  test('a ConfigMap in envFrom', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/containers/0/envFrom/0/configMapRef/name', 'wbe'),
      ]),
    ).toEqual([
      'dangling-keys | shop Deployment/web: spec.template.spec.containers[0].envFrom[0].configMapRef: ConfigMap wbe does not exist in shop (there is web)',
    ]);
  });

  test('a Secret in envFrom', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/containers/0/envFrom/2/secretRef/optional', false),
      ]),
    ).toEqual([
      'dangling-keys | shop Deployment/web: spec.template.spec.containers[0].envFrom[2].secretRef: Secret feature-flags does not exist in shop (there is shop-tls, registry, database-credentials)',
    ]);
  });

  test('a ConfigMap volume', () => {
    expect(findingsAfter([put('shop Deployment/web', '/spec/template/spec/volumes/1/configMap/name', 'wbe')])).toEqual([
      'dangling-keys | shop Deployment/web: spec.template.spec.volumes[1].configMap: ConfigMap wbe does not exist in shop (there is web)',
    ]);
  });

  test('a Secret volume', () => {
    expect(
      findingsAfter([put('shop StatefulSet/database', '/spec/template/spec/volumes/0/secret/secretName', 'database')]),
    ).toEqual([
      'dangling-keys | shop StatefulSet/database: spec.template.spec.volumes[0].secret: Secret database does not exist in shop (there is shop-tls, registry, database-credentials)',
    ]);
  });

  test('an item of a volume', () => {
    expect(
      findingsAfter([put('shop Deployment/web', '/spec/template/spec/volumes/2/secret/items/0/key', 'passwd')]),
    ).toEqual([
      'dangling-keys | shop Deployment/web: spec.template.spec.volumes[2].secret.items[0].key: Secret database-credentials has no key "passwd" (it has username, password)',
    ]);
  });

  test('a projected ConfigMap', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/volumes/3/projected/sources/1/configMap/name', 'kube-root-ca'),
      ]),
    ).toEqual([
      'dangling-keys | shop Deployment/web: spec.template.spec.volumes[3].projected.sources[1].configMap: ConfigMap kube-root-ca does not exist in shop (there is web)',
    ]);
  });

  test('a key of the root CA', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/volumes/3/projected/sources/1/configMap/items/0/key', 'ca.pem'),
      ]),
    ).toEqual([
      'dangling-keys | shop Deployment/web: spec.template.spec.volumes[3].projected.sources[1].configMap.items[0].key: ConfigMap kube-root-ca.crt has no key "ca.pem" (it has ca.crt)',
    ]);
  });

  test('a projected Secret', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/volumes/3/projected/sources/2/secret/optional', undefined),
      ]),
    ).toEqual([
      'dangling-keys | shop Deployment/web: spec.template.spec.volumes[3].projected.sources[2].secret: Secret extra-trust does not exist in shop (there is shop-tls, registry, database-credentials)',
    ]);
  });

  test('the certificate of an Ingress that no issuer issues', () => {
    expect(findingsAfter([put('shop Ingress/shop', '/metadata/annotations', undefined)])).toEqual([
      'dangling-keys | shop Ingress/shop: spec.tls[0].secretName: Secret shop-tls does not exist in shop (there is registry, database-credentials)',
    ]);
  });

  test('a key that an ExternalSecret does not make', () => {
    expect(findingsAfter([put('vault ExternalSecret/payment', '/spec/data/0/secretKey', 'KEY')])).toEqual([
      'dangling-keys | vault Pod/reader: spec.containers[0].env[API_KEY]: Secret payment has no key "API_KEY" (it has KEY)',
    ]);
  });

  test('a Secret that an ExternalSecret makes under another name', () => {
    expect(findingsAfter([put('vault ExternalSecret/payment', '/spec/target', { name: 'other' })])).toEqual([
      'dangling-keys | vault Pod/reader: spec.containers[0].env[API_KEY]: Secret payment does not exist in vault (there is internal-tls, other, everything-there-is, mail, robot-token)',
    ]);
  });

  test('a key that a SealedSecret does not hold', () => {
    expect(findingsAfter([put('vault SealedSecret/mail', '/spec/encryptedData', { PASSWORD: 'AgBy' })])).toEqual([
      'dangling-keys | vault Pod/reader: spec.containers[0].env[SMTP_PASSWORD]: Secret mail has no key "SMTP_PASSWORD" (it has PASSWORD)',
    ]);
  });

  test('a Secret that is no account token', () => {
    expect(findingsAfter([put('vault Secret/robot-token', '/type', 'Opaque')])).toEqual([
      'dangling-keys | vault Pod/reader: spec.containers[0].env[ROBOT_TOKEN]: Secret robot-token has no key "token" (it has none)',
    ]);
  });

  test('a ConfigMap into which nothing is injected', () => {
    expect(findingsAfter([put('vault ConfigMap/service-ca', '/metadata/annotations', undefined)])).toEqual([
      'dangling-keys | vault Pod/reader: spec.volumes[2].configMap.items[0].key: ConfigMap service-ca has no key "service-ca.crt" (it has none)',
    ]);
  });

  test('a key that a Certificate does not have', () => {
    expect(findingsAfter([put('vault Pod/reader', '/spec/volumes/0/secret/items/2/key', 'root.crt')])).toEqual([
      'dangling-keys | vault Pod/reader: spec.volumes[0].secret.items[2].key: Secret internal-tls has no key "root.crt" (it has tls.crt, tls.key, ca.crt)',
    ]);
  });

  test('the template of an ExternalSecret', () => {
    expect(
      findingsAfter([
        put('vault ExternalSecret/payment', '/spec/target', {
          template: { templateFrom: [{ configMap: { name: 'mail-template', items: [{ key: 'mail' }] } }] },
        }),
      ]),
    ).toEqual([
      'dangling-keys | vault ExternalSecret/payment: spec.target.template.templateFrom[0].configMap: ConfigMap mail-template does not exist in vault (there is trusted-ca, service-ca)',
    ]);
  });
});

describe('pull-secrets', () => {
  test('a pull secret of an account', () => {
    expect(findingsAfter([put('shop ServiceAccount/web', '/imagePullSecrets/0/name', 'registries')])).toEqual([
      'pull-secrets | shop ServiceAccount/web: imagePullSecrets[0]: Secret registries does not exist in shop (there is registry, database-credentials)',
    ]);
  });

  test('a pull secret of a pod', () => {
    expect(findingsAfter([put('vault Pod/reader', '/spec/imagePullSecrets', [{ name: 'registry' }])])).toEqual([
      'pull-secrets | vault Pod/reader: spec.imagePullSecrets[0]: Secret registry does not exist in vault (there is robot-token)',
    ]);
  });
});

describe('conflicting-settings', () => {
  test('a setting of an env file that the environment contradicts', () => {
    expect(findingsAfter([put('shop ConfigMap/web', '/data/ENV', 'staging')])).toEqual([
      'conflicting-settings | shop Deployment/web: spec.template.spec.containers[0].volumeMounts[1]: ENV has another value in the mounted env file than in the environment',
    ]);
  });
});
