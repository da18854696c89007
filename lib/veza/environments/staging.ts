import type { Environment } from '../../platform/environment';
import { defaultParameters } from '../../platform/settings/postgres-parameters';
import type { veza } from '../veza';
import { maximumNodes } from './cluster';
import { runbookBaseUrl } from './runbooks';

/** Where a release is tried first: production at half its size, with hosts, issuer, database and bucket of its own. */
export const staging: Environment<typeof veza> = {
  name: 'staging',
  namespace: 'veza-staging',
  domain: 'staging.veza.app',
  releases: { 'backend-api': 'v1.0.0', 'chat-server': 'v1.0.0', 'stream-server': 'v1.0.0' },
  expires: 'never',
  deployment: {
    context: 'veza-staging',
    delivery: 'helm',
    confirmed: false,
    backup: false,
    timeoutSeconds: 1200,
    migration: { kind: 'none', tables: 'own' },
  },
  edge: {
    kind: 'ingress',
    className: 'nginx',
    controller: 'ingress-nginx',
    controllerNamespace: 'ingress-nginx',
    controllerCidrs: [],
    // Not verified yet. The controller's chart hides clients behind its nodes: all of them would share one limit.
    clientAddress: 'hidden',
    clusterIssuer: 'letsencrypt-staging',
    // letsencrypt-staging signs for tests: no client trusts it.
    publicCertificates: 'untrusted',
  },
  kubernetes: { minimum: '1.27', userNamespaces: false, appArmor: false, admission: { kind: 'none' } },
  apiServer: { cidrs: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'], ports: [443, 6443] },
  imagePullSecrets: [],
  external: [],
  priorities: { services: 10_000, stores: 20_000 },
  services: {
    'backend-api': {
      scaling: { kind: 'fixed', replicas: 2 },
      resources: {
        requests: { cpu: '125m', memory: '128Mi', ephemeralStorage: '256Mi' },
        limits: { cpu: '250m', memory: '256Mi', ephemeralStorage: '1280Mi' },
      },
    },
    'chat-server': {
      scaling: { kind: 'fixed', replicas: 2 },
      resources: {
        requests: { cpu: '50m', memory: '64Mi', ephemeralStorage: '128Mi' },
        limits: { cpu: '100m', memory: '128Mi', ephemeralStorage: '256Mi' },
      },
    },
    'stream-server': {
      scaling: { kind: 'fixed', replicas: 2 },
      resources: {
        requests: { cpu: '250m', memory: '256Mi', ephemeralStorage: '256Mi' },
        limits: { cpu: '500m', memory: '512Mi', ephemeralStorage: '768Mi' },
      },
    },
  },
  database: {
    kind: 'single',
    name: 'veza_staging',
    user: 'veza_user',
    // Pods of releases before database roles log in as the owner. When to deny it: docs/guides/database-roles.md.
    ownerLogin: 'allowed',
    resources: {
      requests: { cpu: '250m', memory: '1Gi', ephemeralStorage: '512Mi' },
      limits: { cpu: '1', memory: '1536Mi', ephemeralStorage: '1Gi' },
    },
    storage: { className: 'standard', size: '10Gi' },
    parameters: defaultParameters,
    certificate: { kind: 'cert-manager' },
    backup: {
      schedule: '45 2 * * *',
      timeZone: 'Etc/UTC',
      keepDays: 3,
      maxAgeHours: 50,
      storage: { className: 'standard', size: '20Gi' },
      secrets: { kind: 'existing' },
      offsite: { kind: 'none' },
    },
  },
  cache: {
    kind: 'single',
    resources: {
      requests: { cpu: '50m', memory: '256Mi', ephemeralStorage: '128Mi' },
      limits: { cpu: '250m', memory: '256Mi', ephemeralStorage: '256Mi' },
    },
    storage: { className: 'standard', size: '2Gi' },
    evictionPolicy: 'volatile-lru',
    scripts: false,
  },
  secrets: { kind: 'existing' },
  monitoring: {
    kind: 'bundled',
    priority: 5_000,
    prometheus: {
      replicas: 1,
      resources: {
        requests: { cpu: '250m', memory: '1Gi', ephemeralStorage: '128Mi' },
        limits: { cpu: '1', memory: '2Gi', ephemeralStorage: '256Mi' },
      },
      storage: { className: 'standard', size: '20Gi' },
      retention: { days: 35, size: '16Gi' },
    },
    alertmanager: {
      replicas: 1,
      resources: {
        requests: { cpu: '25m', memory: '64Mi', ephemeralStorage: '64Mi' },
        limits: { cpu: '100m', memory: '128Mi', ephemeralStorage: '128Mi' },
      },
      storage: { className: 'standard', size: '1Gi' },
    },
    grafana: {
      resources: {
        requests: { cpu: '50m', memory: '256Mi', ephemeralStorage: '128Mi' },
        limits: { cpu: '250m', memory: '512Mi', ephemeralStorage: '256Mi' },
      },
      storage: { className: 'standard', size: '1Gi' },
    },
    nodes: { cidrs: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'], kubeletCertificates: 'cluster' },
    externalTargets: {
      ingressNginx: 'ingress-nginx-controller-metrics.ingress-nginx.svc',
      gateway: 'none',
      certManager: 'cert-manager.cert-manager.svc',
    },
    // Staging never pages: what pages in production is a message here.
    receivers: {
      critical: [{ kind: 'slack', channel: '#veza-staging' }],
      warning: [{ kind: 'slack', channel: '#veza-staging' }],
      deadMansSwitch: 'none',
    },
    remoteWrite: [],
    secrets: { kind: 'existing' },
    objectives: { 'backend-api': 99, 'chat-server': 99, 'stream-server': 99 },
    runbookBaseUrl,
    externalUrls: {
      prometheus: 'http://localhost:9090',
      alertmanager: 'http://localhost:9093',
      grafana: 'http://localhost:3000',
    },
  },
  logs: {
    kind: 'loki',
    expectedPerDay: '1Gi',
    retention: { days: 7, shorter: [{ level: 'debug', days: 1 }] },
    server: {
      resources: {
        requests: { cpu: '100m', memory: '512Mi', ephemeralStorage: '128Mi' },
        limits: { cpu: '500m', memory: '1Gi', ephemeralStorage: '256Mi' },
      },
      storage: { className: 'standard', size: '20Gi' },
    },
    store: { kind: 'volume' },
    collector: { maximumNodes, buffer: '512Mi' },
  },
  extensions: [],
  addOns: [],
  settings: {
    LOG_LEVEL: 'debug',
    GOOGLE_CLIENT_ID: 'your-google-client-id',
    GITHUB_CLIENT_ID: 'your-github-client-id',
    DISCORD_CLIENT_ID: 'your-discord-client-id',
    SMTP_HOST: 'smtp.gmail.com',
    SMTP_PORT: 587,
    SMTP_USERNAME: 'your-email@gmail.com',
    AWS_REGION: 'us-west-2',
    S3_BUCKET: 'veza-audio-files-staging',
  },
};
