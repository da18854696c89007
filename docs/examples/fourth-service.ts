import {
  backendApi,
  definePlatform,
  type Environment,
  integer,
  runVeza,
  type ServiceContract,
  serviceUrl,
  staging,
  veza,
} from '@veza/manifests';

const waveform = {
  name: 'waveform',
  component: 'waveform',
  image: 'ghcr.io/veza/waveform',
  ports: { http: 8083, metrics: 9093 },
  portVariables: { WAVEFORM_PORT: 'http', METRICS_PORT: 'metrics' },
  servicePorts: { http: { port: 80, target: 'http' } },
  health: { live: '/health', ready: '/ready' },
  settings: ['LOG_LEVEL', 'BACKEND_API_URL', 'WAVEFORM_RESOLUTION'],
  secrets: ['WAVEFORM_LICENSE_KEY'],
  mountsEnvFile: false,
  calls: ['backend-api'],
  exposure: 'internal',
  drainSeconds: 20,
  databasePoolSize: 0,
  databaseAccess: 'none',
  tmpSize: '256Mi',
  metrics: backendApi.metrics,
  logs: backendApi.logs,
} as const satisfies ServiceContract;

const platform = definePlatform({
  ...veza,
  settings: {
    ...veza.settings,
    BACKEND_API_URL: serviceUrl('backend-api'),
    WAVEFORM_RESOLUTION: integer({ min: 1, max: 4096 }),
  },
  secrets: [...veza.secrets, 'WAVEFORM_LICENSE_KEY'],
  services: [...veza.services, waveform],
});
const { monitoring } = staging;
if (monitoring.kind !== 'bundled') throw new Error('staging has no monitoring of its own to copy');
const slack = { kind: 'slack', channel: '#demo' } as const;
const receivers = { critical: [slack], warning: [slack], deadMansSwitch: 'none' } as const;
const demo: Environment<typeof platform> = {
  ...{ ...staging, name: 'demo', namespace: 'veza-demo', domain: 'demo.example.com' },
  deployment: { ...staging.deployment, context: 'demo' },
  database: { ...staging.database, name: 'veza_demo' },
  releases: { ...staging.releases, waveform: 'v1.0.0' },
  services: { ...staging.services, waveform: staging.services['chat-server'] },
  settings: { ...staging.settings, S3_BUCKET: 'veza-audio-files-demo', WAVEFORM_RESOLUTION: 512 },
  monitoring: { ...monitoring, receivers, objectives: { ...monitoring.objectives, waveform: 99 } },
};
runVeza({ platform, environments: [demo], cluster: 'none' });
