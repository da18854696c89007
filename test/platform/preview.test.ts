import type { Environment } from '../../lib/platform/environment';
import { validateEnvironment } from '../../lib/platform/environment-validation';
import { ValidationError } from '../../lib/platform/errors';
import { type PreviewOptions, preview } from '../../lib/platform/preview';
import { listEnvironmentSecrets } from '../../lib/synth/environment-secrets';
import { buildEnvironment, lintOutput } from '../../lib/synth/render-environment';
import { veza } from '../../lib/veza/veza';
import { changed } from '../support/changed';
import { clustered } from '../support/clustered';
import { production } from '../support/environments/production';
import { staging } from '../support/environments/staging';
import { shop, shopTest } from '../support/shop';

const options: PreviewOptions<typeof veza> = {
  domain: 'preview.veza.app',
  expires: '2026-12-31',
  apartFrom: [production],
};
const made = preview(staging, 'pr-123', options);
const output = buildEnvironment(veza, made);
const objects = Object.values(output.files).flat();

const cases: readonly [string, typeof veza | typeof shop, Environment][] = [
  ['a database in one pod', veza, made],
  ['a database cluster', veza, preview(clustered, 'pr-123', options)],
  ['managed stores', shop, preview(shopTest, 'pr-123', { ...options, apartFrom: [] } as PreviewOptions<typeof shop>)],
];

test.each(cases)(
  'a preview made from an environment with %s is valid, and the linter finds nothing',
  (...[, platform, environment]) => {
    expect(validateEnvironment(platform, environment)).toStrictEqual([]);
    const built = buildEnvironment(platform, environment);
    expect(lintOutput(built)).toStrictEqual([]);
    expect(Object.keys(built.files)).toStrictEqual(['pr-123']);
  },
);

test('it has names, hosts and a last day of its own', () => {
  const namespace = objects.find(({ kind }) => kind === 'Namespace');
  expect(namespace?.metadata).toMatchObject({
    name: 'veza-staging-pr-123',
    labels: { 'veza.app/expires': '2026-12-31' },
  });
  const hosts = objects.flatMap((object) => JSON.stringify(object).match(/[a-z0-9.-]+\.preview\.veza\.app/g) ?? []);
  expect(new Set(hosts.map((host) => host.replace(/^[a-z]+\./, '')))).toStrictEqual(
    new Set(['pr-123.preview.veza.app']),
  );
  expect(JSON.stringify(objects)).not.toMatch(/staging\.veza\.app|"veza_staging"/);
});

test('each of its services has one pod, and none of its stores a volume or a backup', () => {
  const kinds = objects.map(({ kind }) => kind);
  for (const kind of ['PersistentVolumeClaim', 'CronJob', 'HorizontalPodAutoscaler']) expect(kinds).not.toContain(kind);
  expect(JSON.stringify(objects)).not.toContain('volumeClaimTemplates');
  const workloads = objects.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  expect(workloads.map((workload) => Object(workload).spec.replicas)).toStrictEqual(workloads.map(() => 1));
  expect(workloads.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(['postgres', 'redis']));
});

test('its stores keep their data on the disk of the node, within the limits of their pods', () => {
  const volumes = objects
    .filter(({ kind }) => kind === 'StatefulSet')
    .flatMap((workload) => Object(workload).spec.template.spec.volumes)
    .filter(({ name }) => name === 'data');
  expect(volumes).toStrictEqual([
    { name: 'data', emptyDir: { sizeLimit: '1Gi' } },
    { name: 'data', emptyDir: { sizeLimit: '256Mi' } },
  ]);
});

test('it has no admission policies, which would outlive it', () => {
  const admission = { kind: 'deny', operatorNamespaces: ['cert-manager'], earlier: [] } as const;
  const guarded = { ...staging, kubernetes: { ...staging.kubernetes, minimum: '1.30', admission } };
  expect(preview(guarded, 'pr-123', options).kubernetes).toEqual({
    ...guarded.kubernetes,
    admission: { kind: 'none' },
  });
});

test('the only Secret that it expects is that of the services', () => {
  expect(listEnvironmentSecrets(veza, made).map(({ where }) => where)).toStrictEqual(['pr-123.secrets']);
});

test('no role of the backup can log in to its database', () => {
  const rules = (environment: Environment<typeof veza>) => {
    const all = Object.values(buildEnvironment(veza, environment).files).flat();
    return JSON.stringify(all.find(({ metadata }) => metadata.name === 'postgres-config'));
  };
  const line = 'hostssl all postgres_backup';
  expect(rules(staging)).toContain(line);
  expect(rules(made)).not.toContain(line);
});

/** The problems of a preview of some environment. */
function problems(base: Environment<typeof veza>, change: Partial<PreviewOptions<typeof veza>>): readonly string[] {
  try {
    preview(base, 'pr-123', { ...options, ...change });
  } catch (error) {
    if (error instanceof ValidationError) return error.problems;
    throw error;
  }
  return [];
}

const external = {
  kind: 'external',
  storeKind: 'SecretStore',
  storeName: 'vault',
  remoteKey: 'veza/production',
  refreshInterval: '1h',
} as const;

test.each([
  [
    'bucket',
    staging,
    { settings: { S3_BUCKET: 'veza-audio-files' } },
    'settings.S3_BUCKET: "veza-audio-files": is production\'s; hand over settings with one of its own',
  ],
  [
    'host',
    staging,
    { settings: { SMTP_HOST: 'mail.veza.app' } },
    'settings.SMTP_HOST: "mail.veza.app": is production\'s; hand over settings with one of its own',
  ],
  [
    'Secret',
    staging,
    { secrets: external, apartFrom: [{ ...production, secrets: external }] },
    `secrets: ${JSON.stringify(external)}: is production's; hand over secrets with a key of its own`,
  ],
  [
    'cluster',
    changed(staging, 'deployment.context', production.deployment.context),
    {},
    'deployment.context: "veza-production": is production\'s; make it from an environment of another cluster',
  ],
  [
    'domain',
    staging,
    { domain: 'app', apartFrom: [{ ...production, domain: 'pr-123.app' }] },
    'domain: "pr-123.app": is production\'s; choose another',
  ],
  [
    'namespace',
    staging,
    { apartFrom: [{ ...production, namespace: 'veza-staging-pr-123' }] },
    'namespace: "veza-staging-pr-123": is production\'s; choose another id',
  ],
] as const)('a %s of production is refused', (_, base, change, problem) => {
  expect(problems(base, change as Partial<PreviewOptions<typeof veza>>)).toStrictEqual([`pr-123.${problem}`]);
});

test.each([
  ['a bucket under another name', { AWS_REGION: 'veza-audio-files' }, 'AWS_REGION'],
  ['a bucket in a URL', { SMTP_HOST: 's3://veza-audio-files/previews' }, 'SMTP_HOST'],
  ['a bucket in a host', { SMTP_HOST: 'veza-audio-files.s3.eu-west-1.amazonaws.com' }, 'SMTP_HOST'],
  ['a host two labels below the domain', { SMTP_HOST: 'a.mail.veza.app' }, 'SMTP_HOST'],
  ['a host in a URL with a port', { SMTP_HOST: 'https://Eu.CDN.veza.app:8443/x' }, 'SMTP_HOST'],
])('%s of production is refused', (_, settings, name) => {
  expect(problems(staging, { settings })).toStrictEqual([expect.stringContaining(`pr-123.settings.${name}: `)]);
});

test('a bucket of production that only its backups or its logs name is refused', () => {
  const backup = changed(production, 'settings.S3_BUCKET', 'other-files');
  const logs = { ...staging.logs, store: { kind: 'bucket', bucket: 'veza-logs' } } as never;
  const settings = { S3_BUCKET: 'veza-logs' };
  expect(problems(staging, { settings, apartFrom: [backup] })).toStrictEqual([]);
  expect(problems(staging, { settings, apartFrom: [{ ...backup, logs }] })).toHaveLength(1);
});

test('a managed store of production is refused wherever it is named, and so is what an extension names', () => {
  const managed = {
    ...production,
    cache: { kind: 'managed', host: 'cache.example.net', port: 6379, cidr: '10.0.0.1/32' } as const,
  };
  expect(problems(staging, { settings: { SMTP_HOST: 'cache.example.net' }, apartFrom: [managed] })).toHaveLength(1);
  const env = [{ name: 'CDN', value: 'https://cdn.veza.app' }];
  const resources = staging.services['chat-server'].resources;
  const sidecars = [{ name: 'proxy', image: 'registry.veza.app/proxy:v1', uid: 65532, resources }];
  const extensions = [{ target: { service: 'stream-server' }, pod: { env, sidecars } } as const];
  expect(problems(staging, { extensions })).toStrictEqual([
    'pr-123.extensions.0.pod.env.0.value: "https://cdn.veza.app": is production\'s; hand over extensions with one of its own',
  ]);
});

test('settings that are handed over are not those of production, unless they are common words', () => {
  const other = changed(changed(production, 'settings.GOOGLE_CLIENT_ID', 'client-7'), 'settings.LOG_LEVEL', 'error');
  expect(problems(staging, { settings: { GOOGLE_CLIENT_ID: 'client-7' }, apartFrom: [other] })).toHaveLength(1);
  expect(problems(staging, { settings: { LOG_LEVEL: 'error' }, apartFrom: [other] })).toStrictEqual([]);
});

test('what is below a longer domain of its own is not of production, which has the shorter one', () => {
  for (const host of ['api.staging.veza.app', 'x.pr-123.preview.veza.app', 'veza.application.example']) {
    expect(problems(staging, { settings: { SMTP_HOST: host } })).toStrictEqual([]);
  }
});

test('a preview of production itself is refused with everything that is to be stated', () => {
  expect(problems(production, {})).toStrictEqual([
    expect.stringMatching(/^pr-123\.deployment\.context: /),
    expect.stringMatching(/^pr-123\.settings\.S3_BUCKET: /),
  ]);
});

test('hosts that share nothing with production but a part of the domain are its own', () => {
  expect(problems(staging, { settings: { SMTP_HOST: 'mail.preview.veza.app' } })).toStrictEqual([]);
});

test('a backup before a deploy of an ephemeral database is refused, and so is a last day that is none', () => {
  expect(validateEnvironment(veza, changed(made, 'deployment.backup', true))).toStrictEqual([
    'pr-123.deployment.backup: true: an ephemeral database has no backups; use false',
  ]);
  expect(validateEnvironment(veza, changed(made, 'expires', 'soon'))).toStrictEqual([
    'pr-123.expires: "soon": use a day such as 2026-12-31, or never',
  ]);
});
