import type { ProjectCopy } from './project-copy';

/** Adds an internal service that has no database, with its row in each environment and its Dockerfile. */
export function addService(copy: ProjectCopy): void {
  copy.write(
    'lib/veza/services/waveform.ts',
    `import { chatServer } from './chat-server';
export const waveform = {
  ...chatServer,
  name: 'waveform',
  component: 'waveform',
  image: 'ghcr.io/veza/waveform',
  ports: { http: 8083, metrics: 9093 },
  portVariables: { WAVEFORM_PORT: 'http', METRICS_PORT: 'metrics' },
  servicePorts: { http: { port: 80, target: 'http' } },
  settings: ['LOG_LEVEL'],
  secrets: [],
  calls: ['https'],
  exposure: 'internal',
  databasePoolSize: 0,
  databaseAccess: 'none',
} as const;
`,
  );
  copy.wrap(
    'lib/veza/veza.ts',
    `import { definePlatform } from '../platform/platform';
import { waveform } from './services/waveform';
import { veza as before } from './veza-before';
/** The platform with one service more. */
export const veza = definePlatform({ ...before, services: [...before.services, waveform] });
`,
  );
  for (const name of ['staging', 'production']) addRow(copy, name);
  const dockerfile = copy.read('docker/chat-server.Dockerfile').replaceAll('chat-server', 'waveform');
  copy.write('docker/waveform.Dockerfile', dockerfile.replaceAll('8081', '8083').replaceAll('9091', '9093'));
  copy.write('docker/waveform.Dockerfile.dockerignore', copy.read('docker/chat-server.Dockerfile.dockerignore'));
}

function addRow(copy: ProjectCopy, name: string): void {
  copy.wrap(
    `lib/veza/environments/${name}.ts`,
    `import { ${name} as before } from './${name}-before';
const { objectives } = Object(before.monitoring);
/** The environment with one service more. */
export const ${name} = {
  ...before,
  releases: { ...before.releases, waveform: 'v1.0.0' },
  services: { ...before.services, waveform: before.services['chat-server'] },
  monitoring: { ...before.monitoring, objectives: { ...objectives, waveform: 99 } },
};
`,
  );
}

/** Adds an environment whose stores are managed. */
export function addEnvironment(copy: ProjectCopy): void {
  copy.write(
    'lib/veza/environments/preview.ts',
    `import { staging } from './staging';
/** An environment of its own, as large as staging. */
export const preview = {
  ...staging,
  name: 'preview',
  namespace: 'veza-preview',
  domain: 'preview.veza.app',
  deployment: { ...staging.deployment, context: 'veza-preview' },
  database: {
    kind: 'managed',
    name: 'veza_preview',
    user: 'veza_user',
    host: 'db.example.com',
    port: 5432,
    cidr: '10.9.0.0/24',
    maxConnections: 200,
    roles: 'per-service',
    certificate: { kind: 'unverified' },
  },
  cache: { kind: 'managed', host: 'cache.example.com', port: 6379, cidr: '10.9.1.0/24' },
  settings: { ...staging.settings, S3_BUCKET: 'veza-audio-files-preview' },
};
`,
  );
  copy.wrap(
    'lib/veza/environments/environments.ts',
    `import { environments as before } from './environments-before';
import { preview } from './preview';
/** Every environment, and one more. */
export const environments = [...before, preview];
`,
  );
}
