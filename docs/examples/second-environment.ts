import { type Environment, production, runVeza, veza } from '@veza/manifests';

const { monitoring } = production;
if (monitoring.kind !== 'bundled') throw new Error('production has no monitoring of its own to copy');

/** Production once more, in another region: managed stores, its own context, domain, bucket and receivers. */
const slack = { kind: 'slack', channel: '#veza-west' } as const;
const west: Environment<typeof veza> = {
  ...production,
  name: 'west',
  namespace: 'veza-west',
  domain: 'west.example.com',
  deployment: { ...production.deployment, context: 'west', backup: false },
  database: {
    kind: 'managed',
    name: 'veza_west',
    user: 'veza_user',
    host: 'db.west.example.com',
    port: 5432,
    cidr: '10.20.0.0/24',
    maxConnections: 300,
    roles: 'per-service',
    certificate: { kind: 'unverified' },
  },
  cache: { kind: 'managed', host: 'cache.west.example.com', port: 6379, cidr: '10.20.1.0/24' },
  settings: { ...production.settings, S3_BUCKET: 'veza-audio-files-west' },
  monitoring: {
    ...monitoring,
    receivers: { critical: [slack], warning: [slack], deadMansSwitch: 'none' },
  },
};

runVeza({ platform: veza, environments: [west], cluster: 'none' });
