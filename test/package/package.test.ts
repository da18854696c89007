import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { project } from '../support/manifests';
import { leaves } from '../support/paths';
import { type Consumer, compile, installPackage } from './consumer';

/** What an earlier build has left of a file that is gone from the sources. */
const stale = join(project, dirname(JSON.parse(readFileSync('package.json', 'utf8')).main), 'deleted.js');

const examples = readdirSync(join(project, 'docs/examples')).filter((file) => file.endsWith('.ts'));

let consumer: Consumer;
/** Errors that the compiler finds in the examples, with the options that `cdk8s init` writes. */
let errors: string;

// Compiling takes five seconds where nothing else runs; a busy machine gets what it needs.
const minutes = 60_000;
jest.setTimeout(5 * minutes);

beforeAll(() => {
  mkdirSync(dirname(stale), { recursive: true });
  writeFileSync(stale, '');
  consumer = installPackage();
  const template = join(project, 'node_modules/cdk8s-cli/templates/typescript-app/tsconfig.json');
  copyFileSync(template, join(consumer.folder, 'tsconfig.json'));
  for (const file of examples) copyFileSync(join(project, 'docs/examples', file), join(consumer.folder, file));
  appendFileSync(join(consumer.folder, 'fourth-service.ts'), 'export { demo };\n');
  errors = compile(consumer);
}, 5 * minutes);

afterAll(() => {
  rmSync(stale, { force: true });
  consumer?.remove();
});

test('an example adds a service, a setting and a secret in under 60 lines', () => {
  const source = readFileSync(join(project, 'docs/examples/fourth-service.ts'), 'utf8');
  expect(source.trim().split('\n').length).toBeLessThan(60);
  const out = execFileSync(process.execPath, ['fourth-service.js'], { cwd: consumer.folder, encoding: 'utf8' });
  expect(out).toMatch(/^ +\d+ objects {2}dist\/demo\.k8s\.yaml\n/);

  const objects = parseAllDocuments(readFileSync(join(consumer.folder, 'dist/demo.k8s.yaml'), 'utf8')).map((document) =>
    document.toJSON(),
  );
  const find = (kind: string, id: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name === id);
  expect(find('ConfigMap', 'veza-config').data).toMatchObject({
    WAVEFORM_RESOLUTION: '512',
    BACKEND_API_URL: 'http://veza-backend-api-service:80',
  });
  expect(find('Deployment', 'veza-waveform').spec.template.spec.containers[0].env).toEqual([
    { name: 'WAVEFORM_PORT', value: '8083' },
    { name: 'METRICS_PORT', value: '9093' },
    { name: 'LOG_LEVEL', valueFrom: { configMapKeyRef: { name: 'veza-config', key: 'LOG_LEVEL' } } },
    { name: 'BACKEND_API_URL', valueFrom: { configMapKeyRef: { name: 'veza-config', key: 'BACKEND_API_URL' } } },
    {
      name: 'WAVEFORM_RESOLUTION',
      valueFrom: { configMapKeyRef: { name: 'veza-config', key: 'WAVEFORM_RESOLUTION' } },
    },
    {
      name: 'WAVEFORM_LICENSE_KEY',
      valueFrom: { secretKeyRef: { name: 'veza-secrets', key: 'WAVEFORM_LICENSE_KEY' } },
    },
  ]);
  expect(find('Service', 'veza-waveform-service').spec.ports).toEqual([
    { name: 'http', port: 80, targetPort: 8083, protocol: 'TCP' },
  ]);
});

test('the environment of the example shares nothing with staging but the issuer of its certificates', () => {
  const script = "const { demo } = require('./fourth-service.js'); console.log(JSON.stringify(demo))";
  const out = execFileSync(process.execPath, ['-e', script], { cwd: consumer.folder, encoding: 'utf8' });
  const demo: unknown = JSON.parse(out.trim().split('\n').at(-1) ?? '');
  const ofStaging = [...leaves(demo)].filter(([, value]) => String(value).includes('staging'));
  expect(ofStaging).toStrictEqual([['edge.clusterIssuer', 'letsencrypt-staging']]);
});

test('an example adds an environment with managed stores', () => {
  const out = execFileSync(process.execPath, ['second-environment.js'], { cwd: consumer.folder, encoding: 'utf8' });
  expect(out).toMatch(/objects {2}dist\/west\.k8s\.yaml\n/);
  const manifests = readFileSync(join(consumer.folder, 'dist/west.k8s.yaml'), 'utf8');
  expect(manifests).not.toContain('name: postgres-service');
  expect(manifests).not.toContain('veza-production');
});

test('an example makes an environment for a pull request in under ten lines', () => {
  const source = readFileSync(join(project, 'docs/examples/preview.ts'), 'utf8');
  const [, stated = ''] = /^(const pullRequest = [^;]*;)$/m.exec(source) ?? [];
  expect(stated.split('\n').length).toBeLessThan(10);
  const out = execFileSync(process.execPath, ['preview.js'], { cwd: consumer.folder, encoding: 'utf8' });
  expect(out).toMatch(/objects {2}dist\/pr-123\.k8s\.yaml\n/);
  const manifests = readFileSync(join(consumer.folder, 'dist/pr-123.k8s.yaml'), 'utf8');
  expect(manifests).toContain('api.pr-123.preview.veza.app');
});

test('an example adds what nothing models', () => {
  const out = execFileSync(process.execPath, ['extensions.js'], { cwd: consumer.folder, encoding: 'utf8' });
  expect(out).toMatch(/objects {2}dist\/extended\.k8s\.yaml\n/);
  expect(out).toContain('expects the Secret veza-extended/partner-registry with .dockerconfigjson');
  const manifests = readFileSync(join(consumer.folder, 'dist/extended.k8s.yaml'), 'utf8');
  for (const added of [
    'cost-center: streaming',
    'eks.amazonaws.com/role-arn',
    'name: token-proxy',
    'minReadySeconds: 20',
  ]) {
    expect(manifests).toContain(added);
  }
  expect(readFileSync(join(consumer.folder, 'dist/extended-monitoring.k8s.yaml'), 'utf8')).toContain(
    'example.com/pool: monitoring',
  );
});

test('an example adds objects that another project makes', () => {
  const out = execFileSync(process.execPath, ['add-on.js'], { cwd: consumer.folder, encoding: 'utf8' });
  expect(out).toMatch(/objects {2}dist\/queued\.k8s\.yaml\n/);
  expect(readFileSync(join(consumer.folder, 'dist/queued.k8s.yaml'), 'utf8')).toContain('registry.example.com/queue');
  const monitoring = readFileSync(join(consumer.folder, 'dist/queued-monitoring.k8s.yaml'), 'utf8');
  expect(monitoring).toContain('job_name: queue');
});

test('an example uses a single construct in a chart of its own', () => {
  const env = { ...process.env, CDK8S_OUTDIR: 'single' };
  execFileSync(process.execPath, ['single-construct.js'], { cwd: consumer.folder, env });
  const manifests = readFileSync(join(consumer.folder, 'single/redis.k8s.yaml'), 'utf8');
  expect(manifests).toMatch(/kind: StatefulSet/);
});

test('the examples compile in the project that `cdk8s init` makes', () => expect(errors).toBe(''));

test('the examples compile strictly, for the modules of today', () => {
  expect(compile(consumer, '--noEmit', '--strict', '--module', 'nodenext')).toBe('');
});

test('types of the package lead to none of zod, and fields keep their meaning', () => {
  const files = compile(consumer, '--listFilesOnly').split('\n');
  expect(files.filter((file) => file.includes('/zod/'))).toEqual([]);
  expect(files.some((file) => file.endsWith('/platform/settings/service-metrics.d.ts'))).toBe(true);
  const types = readFileSync(join(consumer.installed, 'build/package/lib/platform/settings/priorities.d.ts'), 'utf8');
  expect(types).toMatch(/\/\*\* Priority of the services' pods, .* \*\/\n {4}readonly services: number;/);
});

describe('the command veza of the package', () => {
  function veza(cwd: string, ...args: readonly string[]): string {
    const program = join(consumer.folder, 'node_modules/.bin/veza');
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd, encoding: 'utf8' });
    return `exit ${status}\n${stdout}${stderr}`;
  }

  afterEach(() => rmSync(join(consumer.folder, 'cdk8s.yaml'), { force: true }));

  test('runs the platform of the project that installed it', () => {
    writeFileSync(join(consumer.folder, 'cdk8s.yaml'), 'language: typescript\napp: node fourth-service.js\n');
    expect(veza(consumer.folder, 'health', 'staging')).toBe(
      'exit 2\nerror: "staging" is not an environment; use one of demo\n',
    );
    expect(veza(consumer.folder, 'deploy', '--help')).toContain('waveform');
  });

  test('runs the Veza platform where there is no cdk8s.yaml', () => {
    expect(veza(consumer.installed, 'health', 'demo')).toBe(
      'exit 2\nerror: "demo" is not an environment; use one of staging, production\n',
    );
  });

  test('lints manifests of any project', () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { serviceAccountName: none, containers: [{ name: web, image: a:1 }] }\n';
    writeFileSync(join(consumer.folder, 'pod.yaml'), pod);
    expect(veza(consumer.folder, 'lint', 'pod.yaml')).toMatch(/^exit 1\npod\.yaml:4: Pod\/web: /);
  });
});

test('the package contains compiled code with its types and the scripts, and no source, test or manifest', () => {
  const files = readdirSync(consumer.installed, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const kinds = new Set(files.map((entry) => entry.name.replace(/^.*?(?=(\.d)?\.\w+$)/, '')));
  expect(files.length).toBeGreaterThan(100);
  expect([...kinds].sort()).toEqual(['.d.ts', '.js', '.json', '.lua', '.md', '.sh', '.sql']);
});

test('the scripts of the package are those of the sources, and are what its manifests mount', () => {
  const scripts = (folder: string) =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true })
        .map(String)
        .filter((file) => /\.(lua|sh|sql)$/.test(file))
        .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
    );
  const sources = scripts(join(project, 'lib'));
  expect(Object.keys(sources)).toContain('constructs/postgres/backup/scripts/backup.sh');
  const lib = join(consumer.installed, 'build/package/lib');
  expect(scripts(lib)).toEqual(sources);

  const module = join(lib, 'constructs/postgres/backup/backup-configuration.js');
  const print = `process.stdout.write(require(${JSON.stringify(module)}).writeBackupConfiguration()['backup.sh'])`;
  const mounted = execFileSync(process.execPath, ['-e', print], { cwd: consumer.folder, encoding: 'utf8' });
  expect(mounted).toBe(sources['constructs/postgres/backup/scripts/backup.sh']);
});

test('a file that an earlier build has left is not packed', () => {
  const files = readdirSync(consumer.installed, { recursive: true });
  expect(files.filter((file) => String(file).endsWith('deleted.js'))).toEqual([]);
});
