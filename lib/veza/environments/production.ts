import type { Environment } from '../../platform/environment';
import { defaultParameters } from '../../platform/settings/postgres-parameters';
import type { veza } from '../veza';
import { maximumNodes } from './cluster';
import { runbookBaseUrl } from './runbooks';

/** Where the platform's users are. Sizes, names and settings are the deployment guide's for production. */
export const production: Environment<typeof veza> = {
  name: 'production',
  namespace: 'veza-production',
  domain: 'veza.app',
  releases: { 'backend-api': 'v1.0.0', 'chat-server': 'v1.0.0', 'stream-server': 'v1.0.0' },
  expires: 'never',
  deployment: {
    context: 'veza-production',
    delivery: 'helm',
    confirmed: true,
    backup: true,
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
    clusterIssuer: 'letsencrypt-prod',
    publicCertificates: 'trusted',
  },
  kubernetes: { minimum: '1.27', userNamespaces: false, appArmor: false, admission: { kind: 'none' } },
  apiServer: { cidrs: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'], ports: [443, 6443] },
  imagePullSecrets: [],
  external: [],
  priorities: { services: 100_000, stores: 200_000 },
  services: {
    'backend-api': {
      scaling: { kind: 'auto', min: 3, max: 6, targetCpu: 70 },
      resources: {
        requests: { cpu: '250m', memory: '256Mi', ephemeralStorage: '256Mi' },
        limits: { cpu: '500m', memory: '512Mi', ephemeralStorage: '1280Mi' },
      },
    },
    'chat-server': {
      scaling: { kind: 'auto', min: 2, max: 4, targetCpu: 70 },
      resources: {
        requests: { cpu: '100m', memory: '128Mi', ephemeralStorage: '128Mi' },
        limits: { cpu: '200m', memory: '256Mi', ephemeralStorage: '256Mi' },
      },
    },
    'stream-server': {
      scaling: { kind: 'auto', min: 2, max: 6, targetCpu: 70 },
      resources: {
        requests: { cpu: '500m', memory: '512Mi', ephemeralStorage: '256Mi' },
        limits: { cpu: '1000m', memory: '1Gi', ephemeralStorage: '768Mi' },
      },
    },
  },
  database: {
    kind: 'cluster',
    name: 'veza_production',
    user: 'veza_user',
    // Pods of releases before database roles log in as the owner. When to deny it: docs/guides/database-roles.md.
    ownerLogin: 'allowed',
    cluster: 'postgres-cluster',
    start: { kind: 'empty' },
    instances: 3,
    operatorNamespace: 'cnpg-system',
    resources: {
      requests: { cpu: '500m', memory: '2Gi', ephemeralStorage: '512Mi' },
      limits: { cpu: '2', memory: '2Gi', ephemeralStorage: '1Gi' },
    },
    storage: { className: 'standard', size: '50Gi' },
    walStorage: { className: 'standard', size: '10Gi' },
    parameters: defaultParameters,
    archive: { schedule: '45 1 * * *', keepDays: 14, maxAgeHours: 26 },
    backup: {
      schedule: '15 2 * * *',
      timeZone: 'Etc/UTC',
      keepDays: 14,
      maxAgeHours: 26,
      storage: { className: 'standard', size: '200Gi' },
      secrets: { kind: 'existing' },
      offsite: {
        kind: 'bucket',
        image: 'docker.io/rclone/rclone:1.71.0',
        endpoint: 's3.us-west-2.amazonaws.com',
        region: 'us-west-2',
        bucket: 'veza-backups',
        schedule: '15 4 * * *',
      },
    },
  },
  cache: {
    kind: 'replicated',
    resources: {
      requests: { cpu: '100m', memory: '512Mi', ephemeralStorage: '128Mi' },
      limits: { cpu: '500m', memory: '512Mi', ephemeralStorage: '256Mi' },
    },
    storage: { className: 'standard', size: '5Gi' },
    evictionPolicy: 'volatile-lru',
    scripts: false,
    secrets: { kind: 'existing' },
  },
  secrets: { kind: 'existing' },
  monitoring: {
    kind: 'bundled',
    priority: 50_000,
    prometheus: {
      replicas: 2,
      resources: {
        requests: { cpu: '500m', memory: '2Gi', ephemeralStorage: '128Mi' },
        limits: { cpu: '2', memory: '4Gi', ephemeralStorage: '256Mi' },
      },
      storage: { className: 'standard', size: '50Gi' },
      retention: { days: 45, size: '40Gi' },
    },
    alertmanager: {
      replicas: 3,
      resources: {
        requests: { cpu: '50m', memory: '64Mi', ephemeralStorage: '64Mi' },
        limits: { cpu: '200m', memory: '128Mi', ephemeralStorage: '128Mi' },
      },
      storage: { className: 'standard', size: '1Gi' },
    },
    grafana: {
      resources: {
        requests: { cpu: '100m', memory: '256Mi', ephemeralStorage: '128Mi' },
        limits: { cpu: '500m', memory: '512Mi', ephemeralStorage: '256Mi' },
      },
      storage: { className: 'standard', size: '2Gi' },
    },
    nodes: { cidrs: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'], kubeletCertificates: 'cluster' },
    externalTargets: {
      ingressNginx: 'ingress-nginx-controller-metrics.ingress-nginx.svc',
      gateway: 'none',
      certManager: 'cert-manager.cert-manager.svc',
    },
    receivers: {
      critical: [{ kind: 'pagerduty' }, { kind: 'slack', channel: '#veza-incidents' }],
      warning: [{ kind: 'slack', channel: '#veza-alerts' }],
      deadMansSwitch: 'webhook',
    },
    remoteWrite: [],
    secrets: { kind: 'existing' },
    objectives: { 'backend-api': 99.9, 'chat-server': 99.5, 'stream-server': 99.5 },
    runbookBaseUrl,
    externalUrls: {
      prometheus: 'http://localhost:9090',
      alertmanager: 'http://localhost:9093',
      grafana: 'http://localhost:3000',
    },
  },
  logs: {
    kind: 'loki',
    expectedPerDay: '2Gi',
    retention: { days: 15, shorter: [{ level: 'debug', days: 1 }] },
    server: {
      resources: {
        requests: { cpu: '250m', memory: '1Gi', ephemeralStorage: '128Mi' },
        limits: { cpu: '1', memory: '2Gi', ephemeralStorage: '256Mi' },
      },
      storage: { className: 'standard', size: '50Gi' },
    },
    store: { kind: 'volume' },
    collector: { maximumNodes, buffer: '512Mi' },
  },
  extensions: [],
  addOns: [],
  settings: {
    LOG_LEVEL: 'info',
    GOOGLE_CLIENT_ID: 'your-google-client-id',
    GITHUB_CLIENT_ID: 'your-github-client-id',
    DISCORD_CLIENT_ID: 'your-discord-client-id',
    SMTP_HOST: 'smtp.gmail.com',
    SMTP_PORT: 587,
    SMTP_USERNAME: 'your-email@gmail.com',
    AWS_REGION: 'us-west-2',
    S3_BUCKET: 'veza-audio-files',
  },
};
