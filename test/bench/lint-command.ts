import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';

/** What `veza lint` costs as users run it: its memory over many objects, and its time over large ones. */
export function lintCommandRows(): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'veza-bench-'));
  try {
    const many = lintFile(folder, Array.from({ length: 2_500 }, (_, index) => shop(`web-${index}`)).flat());
    const schema = stringify(definition('table', 5));
    const large = lintFile(
      folder,
      Array.from({ length: Math.ceil(43e6 / schema.length) }, (_, n) => definition(`table${n}`, 5)),
    );
    return [
      `veza lint of 10,000 objects: ${many.megabytes} MB (at most 250), ${many.seconds.toFixed(1)} s`,
      `veza lint of ${large.size} MB of CustomResourceDefinitions: ${large.seconds.toFixed(1)} s (at most 12), ${large.megabytes} MB`,
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Cost {
  readonly seconds: number;
  readonly megabytes: number;
  /** Of the file, in MB. */
  readonly size: number;
}

function lintFile(folder: string, objects: readonly object[]): Cost {
  const [file, hook, peak] = ['objects.yaml', 'hook.cjs', 'peak'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const text = objects.map((object) => stringify(object)).join('---\n');
  writeFileSync(file, text);
  writeFileSync(
    hook,
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(peak)}, String(process.resourceUsage().maxRSS)))`,
  );
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--require', hook, resolve('lib/cli/veza.js'), 'lint', file]);
  if (status !== 0) throw new Error(`veza lint ${file}: exit ${status}: ${stderr}`);
  return {
    seconds: (performance.now() - start) / 1000,
    megabytes: Math.round(Number(readFileSync(peak, 'utf8')) / 1024),
    size: Math.round(text.length / 1e6),
  };
}

/** Four objects as most projects have them. */
function shop(name: string): object[] {
  const metadata = { name, namespace: 'shop' };
  const labels = { app: name };
  const container = {
    name: 'web',
    image: 'example.org/web:1',
    ports: [{ name: 'http', containerPort: 8080 }],
    envFrom: [{ configMapRef: { name } }],
    readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '128Mi' } },
  };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const backend = { service: { name, port: { number: 80 } } };
  const rules = [{ host: `${name}.example.org`, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector: { matchLabels: labels }, template } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ port: 80, targetPort: 'http' }] },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { LOG_LEVEL: 'info' } },
    { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec: { rules } },
  ];
}

/** A definition whose schema is as deep and as wordy as those of the large operators. */
function definition(plural: string, depth: number): object {
  const names = { plural, singular: `${plural}-one`, kind: `Kind${plural}`, listKind: `Kind${plural}List` };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: schemaOf(depth) } } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.example.org` },
    spec: {
      group: 'example.org',
      names,
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}

function schemaOf(depth: number): object {
  const description = `What the controller does with this part of the object, at level ${depth}: it reads the field, and writes its status.`;
  if (depth === 0) return { description, type: 'string', pattern: '^[a-z]+$', maxLength: 63 };
  const fields = Array.from({ length: 4 }, (_, index): [string, object] => [`field${index}`, schemaOf(depth - 1)]);
  return { description, type: 'object', required: ['field0'], properties: Object.fromEntries(fields) };
}
