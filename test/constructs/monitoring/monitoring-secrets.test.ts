import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { listMonitoringSecretKeys } from '../../../lib/constructs/monitoring/monitoring-secrets';
import { synthesize } from '../../../lib/synth/synthesize';
import { veza } from '../../../lib/veza/veza';
import { production } from '../../support/environments/production';
import { mimir } from '../../support/mimir';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const outdir = join(folder, 'dist');
const secretsDir = join(folder, 'secrets');
const environment = { ...production, monitoring: { ...production.monitoring, secrets: { kind: 'values' as const } } };
const withoutSlack = {
  GRAFANA_ADMIN_PASSWORD: 'a',
  GRAFANA_SECRET_KEY: 'f',
  CRITICAL_PAGERDUTY_ROUTING_KEY: 'b',
  WARNING_SLACK_URL: 'd',
  DEAD_MANS_SWITCH_URL: 'e',
};
const values = { ...withoutSlack, CRITICAL_SLACK_URL: 'c' };

afterAll(() => rmSync(folder, { recursive: true }));

function synth(secretValues: Readonly<Record<string, string>>) {
  const environments = [environment];
  return synthesize({
    platform: veza,
    environments,
    cluster: 'none',
    outdir,
    secretsDir,
    secretValues: () => secretValues,
  });
}

test('the keys follow from the receivers and from the servers that samples are sent to', () => {
  const email = { kind: 'email', to: 'a@b.c', from: 'a@b.c', host: 'b.c', port: 587, username: 'a' } as const;
  expect(
    listMonitoringSecretKeys({
      receivers: { critical: [{ kind: 'webhook' }, email], warning: [{ kind: 'webhook' }], deadMansSwitch: 'none' },
      remoteWrite: [
        { ...mimir, name: 'mimir-eu', authentication: { kind: 'bearer' } },
        { ...mimir, name: 'thanos', authentication: { kind: 'basic', username: 'veza' } },
        { ...mimir, name: 'open', authentication: { kind: 'none' } },
      ],
    }),
  ).toEqual([
    'GRAFANA_ADMIN_PASSWORD',
    'GRAFANA_SECRET_KEY',
    'CRITICAL_WEBHOOK_URL',
    'CRITICAL_SMTP_PASSWORD',
    'WARNING_WEBHOOK_URL',
    'REMOTE_WRITE_MIMIR_EU_TOKEN',
    'REMOTE_WRITE_THANOS_PASSWORD',
  ]);
});

test('a receiver whose secret is missing is one clear error, and nothing is written', () => {
  expect(() => synth(withoutSlack)).toThrow(
    /^production\.monitoring\.secrets: secret CRITICAL_SLACK_URL is missing; supply it in \.env.<environment> or as an environment variable$/,
  );
  expect(existsSync(outdir)).toBe(false);
});

test('values are written to a file of their own, and to no other', () => {
  synth(values);
  const { kind, metadata, data } = parse(readFileSync(join(secretsDir, 'production-monitoring.k8s.yaml'), 'utf8'));
  expect({ kind, name: metadata.name, namespace: metadata.namespace, keys: Object.keys(data).sort() }).toEqual({
    kind: 'Secret',
    name: 'veza-monitoring-secrets',
    namespace: 'veza-production-monitoring',
    keys: Object.keys(values).sort(),
  });
  expect(readdirSync(secretsDir)).toEqual(['production-monitoring.k8s.yaml']);
  expect(readdirSync(outdir).sort()).toEqual([
    'production-logs.k8s.yaml',
    'production-monitoring.k8s.yaml',
    'production.dashboards.k8s.yaml',
    'production.k8s.yaml',
  ]);
});
