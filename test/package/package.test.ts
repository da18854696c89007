import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** A stranger's project, outside of this one: the packed package, what it declares that it needs, and the example. */
const project = mkdtempSync(join(tmpdir(), 'veza-package-'));
const { name, dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

beforeAll(() => {
  const installed = join(project, 'node_modules', name);
  mkdirSync(installed, { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', project], { stdio: 'pipe' });
  const tarball = readdirSync(project).find((file) => file.endsWith('.tgz')) ?? '';
  execFileSync('tar', ['-xzf', join(project, tarball), '-C', installed, '--strip-components=1']);
  // Nothing but what the package declares, so that a dependency it forgot to declare is not found.
  for (const dependency of [...Object.keys(dependencies), ...Object.keys(peerDependencies), '@types/node'])
    link(dependency);
  writeFileSync(join(project, 'example.ts'), readmeExample());
}, 60_000);

afterAll(() => rmSync(project, { recursive: true }));

function link(dependency: string): void {
  const place = join(project, 'node_modules', dependency);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(resolve('node_modules', dependency), place);
}

function readmeExample(): string {
  const [, example = ''] = /```ts\n(import \{ backendApi[\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  return example;
}

test('the example of the README adds a service, a setting and a secret in under 40 lines', () => {
  const lines = readmeExample().trim().split('\n');
  expect(lines.length).toBeLessThan(40);
  const options = ['--strict', '--target', 'es2022', '--module', 'node16', '--types', 'node'];
  execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options, 'example.ts'], {
    cwd: project,
  });
  const out = execFileSync(process.execPath, ['example.js'], { cwd: project, encoding: 'utf8' });
  expect(out).toMatch(/^ +\d+ objects {2}dist\/demo\.k8s\.yaml\n/);

  const objects = parseAllDocuments(readFileSync(join(project, 'dist/demo.k8s.yaml'), 'utf8')).map((document) =>
    document.toJSON(),
  );
  const find = (kind: string, id: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name === id);
  expect(find('ConfigMap', 'veza-config').data.WAVEFORM_RESOLUTION).toBe('512');
  expect(find('Deployment', 'veza-waveform').spec.template.spec.containers[0].env).toEqual([
    { name: 'WAVEFORM_PORT', value: '8083' },
    { name: 'METRICS_PORT', value: '9093' },
    { name: 'LOG_LEVEL', valueFrom: { configMapKeyRef: { name: 'veza-config', key: 'LOG_LEVEL' } } },
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
}, 60_000);

test('the package holds compiled code with its types, and no source, test or manifest', () => {
  const files = readdirSync(join(project, 'node_modules', name), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile(),
  );
  const kinds = new Set(files.map((entry) => entry.name.replace(/^.*?(?=(\.d)?\.\w+$)/, '')));
  expect(files.length).toBeGreaterThan(100);
  expect([...kinds].sort()).toEqual(['.d.ts', '.js', '.json', '.md']);
});
