import { readdirSync } from 'node:fs';
import { lintSet } from '../../lib/lint/lint-manifests';
import { formatFinding } from '../../lib/lint/rule';
import { ManifestSet } from '../../lib/manifests/manifest-set';
import { readManifests } from '../../lib/manifests/read-manifests';
import { buildEnvironment } from '../../lib/synth/render-environment';
import { environments } from '../../lib/veza/environments/environments';
import { veza } from '../../lib/veza/veza';
import { production } from '../support/environments/production';
import { staging } from '../support/environments/staging';
import { type Exemption, mutateReferences } from './mutations';

const sets = environments.map((environment) => ({ name: environment.name, ...buildEnvironment(veza, environment) }));

test.each(sets)('dist of $name has no finding', ({ files, check }) => {
  const set = new ManifestSet(readManifests(Object.keys(files).map((file) => `dist/${file}.k8s.yaml`)).objects);
  expect(set.objects.length).toBeGreaterThan(20);
  expect(set.unknown.types).toEqual([]);
  expect(lintSet(set, check).map(formatFinding)).toEqual([]);
});

// References are renamed one by one, which takes long: only in the two whose stores are in the cluster.
const renamed = [staging, production].map((environment) => ({
  name: environment.name,
  ...buildEnvironment(veza, environment),
}));

describe.each(renamed)('manifests of $name', ({ files, check }) => {
  const objects = Object.values(files).flat();

  const exemptions: readonly Exemption[] = [
    {
      pattern: /\w (?<!Cluster)RoleBinding\/.*: subjects\[0\]\.namespace/,
      reason: 'another namespace may have such an account',
    },
    { pattern: /ConfigMap\/veza-config: data\.(API|GRPC|METRICS)_PORT/, reason: 'only read as a line of app.env' },
    { pattern: /fluent-bit: .*ports\[0\]\.containerPort/, reason: 'its probes alone call it, by its name' },
    { pattern: /ResourceQuota\/critical-pods: .*values/, reason: "the cluster's own class, which no manifest makes" },
    { pattern: /kube-state-metrics: .*ports\[1\]\.containerPort/, reason: 'its probe alone calls it, by its name' },
    {
      pattern: /(postgres-backup-store|StatefulSet\/redis): .*subPath/,
      reason: 'a folder of a volume, which no manifest knows',
    },
    { pattern: /Ingress\/.*: spec\.tls\[0\]\.secretName/, reason: 'cert-manager makes a Secret of whatever name' },
  ];

  test('has no reference that could be renamed without a finding', () => {
    const report = mutateReferences(objects, check, exemptions);
    expect(report).toMatchObject({ missed: [], stale: [] });
    expect(report.made).toBeGreaterThan(300);
    expect(report.caught).toBe(report.made);
  });
});

test('the whole of dist, as one set, has no finding', () => {
  const set = new ManifestSet(readManifests(['dist']).objects);
  expect(readdirSync('dist').length).toBe(1 + sets.flatMap(({ files }) => Object.keys(files)).length);
  expect(lintSet(set, { policy: true }).map(formatFinding)).toEqual([]);
});
