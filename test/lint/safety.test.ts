import { findingsAfter, put } from './changes';
import { testRule } from './rule-cases';

describe('image-tags', () => {
  test('the tag latest', () => {
    expect(
      findingsAfter([
        put(
          'shop Deployment/web',
          '/spec/template/spec/containers/0/image',
          'registry.example.com:5000/shop/web:latest',
        ),
      ]),
    ).toEqual([
      'image-tags | shop Deployment/web: spec.template.spec.containers[0].image: image "registry.example.com:5000/shop/web:latest" has the tag latest',
    ]);
  });

  test('no tag', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/containers/0/image', 'registry.example.com:5000/shop/web'),
      ]),
    ).toEqual([
      'image-tags | shop Deployment/web: spec.template.spec.containers[0].image: image "registry.example.com:5000/shop/web" has no tag',
    ]);
  });
});

const image = (name: string) =>
  `{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}, spec: {containers: [{name: web, image: ${JSON.stringify(name)}}]}}`;

testRule('image-names', {
  good: [
    ...['web', 'library/web:1.0_a', 'localhost:5000/a/b-c__d.e:V1', 'Registry.example.org/web'],
    ...['[::1]:5000/web', `web@sha256:${'0'.repeat(64)}`, `a/b:1@sha256:${'0'.repeat(64)}`],
    ...['', '$(IMAGE)', 'ko://example.org/Cmd', '<your image>', 'IMAGE_NAME', '{{ image }}'],
  ].map((name) => [name, image(name)] as const),
  bad: [
    'example.org/Web:1',
    'example.org/web: 1',
    'a//b:1',
    'a/b:1:2',
    'web:',
    'a/b@sha256:12',
    ' web',
    'https://example.org/web:1',
  ].map((name) => [name, image(name)] as const),
});

describe('credentials', () => {
  test('a key of a ConfigMap', () => {
    expect(findingsAfter([put('shop ConfigMap/web', '/data/SMTP_PASSWORD', 'hunter2')])).toEqual([
      'credentials | shop ConfigMap/web: data.SMTP_PASSWORD: the value of SMTP_PASSWORD looks like a credential',
    ]);
  });

  test('a line of an env file', () => {
    expect(
      findingsAfter([
        put('shop ConfigMap/web', '/data/app.env', 'ENV=production\nJWT_SECRET_KEY=your-jwt-secret-key\n'),
      ]),
    ).toEqual(['credentials | shop ConfigMap/web: data[app.env]: the value of JWT_SECRET_KEY looks like a credential']);
  });

  test('a line of a YAML file', () => {
    expect(
      findingsAfter([put('shop ConfigMap/web', '/data/app.yaml', 'smtp:\n  auth:\n    clientSecret: "hunter2"\n')]),
    ).toEqual(['credentials | shop ConfigMap/web: data[app.yaml]: the value of clientSecret looks like a credential']);
  });

  test.each([
    [['--db-password=hunter2'], true],
    [['--token', 'hunter2'], true],
    [['run', '-api-key=hunter2'], true],
    [['--client-secret=hunter2'], true],
    [['--password=$(DB_PASSWORD)'], false],
    [['--password', '--verbose'], false],
    [['--password'], false],
    [['--password-file=/run/secrets/password'], false],
    [['--token=/var/run/token'], false],
    [['--secret=web-certificate'], false],
    [['--token-ttl=1h'], false],
    [['--insert-password=true'], false],
  ])('arguments %j: %s', (args, isFound) => {
    const findings = findingsAfter([put('shop Deployment/web', '/spec/template/spec/containers/0/args', args)]);
    expect(findings.some((finding) => finding.startsWith('credentials | '))).toBe(isFound);
    expect(findings.join()).not.toContain('hunter2');
  });

  test('a private key', () => {
    expect(
      findingsAfter([put('shop ConfigMap/web', '/data/tls.key', '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n')]),
    ).toEqual(['credentials | shop ConfigMap/web: data[tls.key]: the file holds what looks like a credential']);
  });

  test('a variable', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/containers/0/env/4', { name: 'DB_PASSWORD', value: 'hunter2' }),
      ]),
    ).toEqual([
      'credentials | shop Deployment/web: spec.template.spec.containers[0].env[DB_PASSWORD]: the value of DB_PASSWORD looks like a credential',
    ]);
  });

  test('an address with a password', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/containers/0/env/4', {
          name: 'DATABASE_URL',
          value: 'postgres://shop:hunter2@database/shop',
        }),
      ]),
    ).toEqual([
      'credentials | shop Deployment/web: spec.template.spec.containers[0].env[DATABASE_URL]: the value of DATABASE_URL looks like a credential',
    ]);
  });

  test('an annotation', () => {
    expect(findingsAfter([put('shop Ingress/shop', '/metadata/annotations/example.com~1api-key', 'hunter2')])).toEqual([
      'credentials | shop Ingress/shop: metadata.annotations[example.com/api-key]: the value of api-key looks like a credential',
    ]);
  });
});

describe('no-null', () => {
  test('a null', () => {
    expect(findingsAfter([put('shop Service/echo', '/spec/sessionAffinity', null)])).toEqual([
      'no-null | shop Service/echo: spec.sessionAffinity: the value is null',
    ]);
  });
});
