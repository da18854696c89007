import { App } from 'cdk8s';
import { EnvironmentChart } from '../../lib/charts/environment-chart';
import { production } from '../../lib/environments/production';
import { staging } from '../../lib/environments/staging';
import type { CheckOptions } from '../../lib/integrity/check-manifests';
import { checkSet } from '../../lib/integrity/check-manifests';
import { describeFinding } from '../../lib/integrity/finding';
import { parseAssumption } from '../../lib/integrity/manifests/assumption';
import { ManifestSet } from '../../lib/integrity/manifests/manifest-set';
import { readManifests } from '../../lib/integrity/read-manifests';
import { veza } from '../../lib/veza';
import { type Exemption, mutateReferences } from './mutations';

const environments = [staging, production];

/** The Secret that a person makes, by the keys of its contract. */
const assume = environments.flatMap(({ namespace }) =>
  veza.secrets.map((key) => `Secret/${namespace}/veza-secrets/${key}`),
);

function optionsFor(environment: (typeof environments)[number]): CheckOptions {
  const { connections } = new EnvironmentChart(new App(), environment.name, { platform: veza, environment });
  return { policy: true, assume, graph: { namespace: environment.namespace, connections } };
}

describe.each(environments)('dist of $name', (environment) => {
  const { objects } = readManifests([`dist/${environment.name}.k8s.yaml`]);
  const options = optionsFor(environment);

  test('has no finding', () => {
    const set = new ManifestSet(objects, assume.map(parseAssumption));
    expect(set.objects.length).toBeGreaterThan(30);
    expect(set.unknown.types).toEqual([]);
    expect(checkSet(set, options).map(describeFinding)).toEqual([]);
  });

  const exemptions: readonly Exemption[] = [
    { pattern: /RoleBinding\/.*: subjects\[0\]\.namespace/, reason: 'another namespace may have such an account' },
    { pattern: /ConfigMap\/veza-config: data\.(API|GRPC|METRICS)_PORT/, reason: 'only read as a line of app.env' },
    { pattern: /Ingress\/.*: spec\.tls\[0\]\.secretName/, reason: 'cert-manager makes a Secret of whatever name' },
  ];

  test('has no reference that could be renamed without a finding', () => {
    const report = mutateReferences(objects, options, exemptions);
    expect(report).toMatchObject({ missed: [], stale: [] });
    expect(report.made).toBeGreaterThan(300);
    expect(report.caught).toBe(report.made);
  });
});

test('the whole of dist, as one set, has no finding', () => {
  const set = new ManifestSet(readManifests(['dist']).objects, assume.map(parseAssumption));
  expect(set.objects.length).toBeGreaterThan(80);
  expect(checkSet(set, { policy: true }).map(describeFinding)).toEqual([]);
});
