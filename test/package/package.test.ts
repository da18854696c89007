import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { project } from '../support/manifests';
import { leaves } from '../support/paths';
import { type Consumer, compile, installPackage } from './consumer';

/** What an earlier build has left of a file that is gone from the sources. */
const stale = join(project, dirname(JSON.parse(readFileSync('package.json', 'utf8')).main), 'deleted.js');

let consumer: Consumer;
/** What the compiler has to say of the example, with the options that `cdk8s init` writes. */
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
  writeFileSync(join(consumer.folder, 'example.ts'), `${readmeExample()}export { demo };\n`);
  errors = compile(consumer);
}, 5 * minutes);

afterAll(() => {
  rmSync(stale, { force: true });
  consumer?.remove();
});

function readmeExample(): string {
  const [, example = ''] = /```ts\n(import \{ backendApi[\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  return example;
}

test('the example of the README adds a service, a setting and a secret in under 40 lines', () => {
  expect(readmeExample().trim().split('\n').length).toBeLessThan(40);
  const out = execFileSync(process.execPath, ['example.js'], { cwd: consumer.folder, encoding: 'utf8' });
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
  const script = "const { demo } = require('./example.js'); console.log(JSON.stringify(demo))";
  const out = execFileSync(process.execPath, ['-e', script], { cwd: consumer.folder, encoding: 'utf8' });
  const demo: unknown = JSON.parse(out.trim().split('\n').at(-1) ?? '');
  const ofStaging = [...leaves(demo)].filter(([, value]) => String(value).includes('staging'));
  expect(ofStaging).toStrictEqual([['ingress.clusterIssuer', 'letsencrypt-staging']]);
});

test('the example compiles in the project that `cdk8s init` makes', () => expect(errors).toBe(''));

test('the example compiles strictly, for the modules of today', () => {
  expect(compile(consumer, '--noEmit', '--strict', '--module', 'nodenext')).toBe('');
});

test('the package holds compiled code with its types, and no source, test or manifest', () => {
  const files = readdirSync(consumer.installed, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const kinds = new Set(files.map((entry) => entry.name.replace(/^.*?(?=(\.d)?\.\w+$)/, '')));
  expect(files.length).toBeGreaterThan(100);
  expect([...kinds].sort()).toEqual(['.d.ts', '.js', '.json', '.md']);
});

test('a file that an earlier build has left is not packed', () => {
  const files = readdirSync(consumer.installed, { recursive: true });
  expect(files.filter((file) => String(file).endsWith('deleted.js'))).toEqual([]);
});
