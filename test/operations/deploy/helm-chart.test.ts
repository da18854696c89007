import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeChartFiles, withTemporaryChart } from '../../../lib/operations/deploy/helm-upgrade';
import { nameEnvironmentFiles } from '../../../lib/synth/environment-charts';
import { renderEnvironment } from '../../../lib/synth/render-environment';
import { environments } from '../../../lib/veza/environments/environments';
import { veza } from '../../../lib/veza/veza';
import { distFolder } from '../../support/manifests';

test.each(environments)('the chart of $name holds the bytes of dist, but for the first line', (environment) => {
  const { files } = renderEnvironment(veza, environment);
  const chart = makeChartFiles({ name: environment.namespace, release: 'v1.0.0', files });
  expect(Object.keys(chart)).toStrictEqual([
    'Chart.yaml',
    'templates/manifests.yaml',
    ...nameEnvironmentFiles(environment).map((name) => `manifests/${name}.k8s.yaml`),
  ]);
  for (const file of Object.keys(files)) {
    expect(chart[`manifests/${file}`]).toBe(readFileSync(join(distFolder, file), 'utf8').replace(/^#.*\n/, ''));
  }
});

test('a chart says what it deploys, under a version that Helm takes whatever the release is called', () => {
  expect(makeChartFiles({ name: 'veza-staging', release: 'v1.2.3-007', files: {} })['Chart.yaml']).toBe(
    'apiVersion: v2\nname: veza-staging\nversion: 1.0.0\nappVersion: v1.2.3-007\n',
  );
});

test('its folder is gone afterwards, whatever happens in between', async () => {
  let folder = '';
  const work = withTemporaryChart(
    { name: 'veza-staging', release: 'v1.0.0', files: { 'a.yaml': 'a: 1\n' } },
    async (chart) => {
      folder = chart;
      expect(readFileSync(join(chart, 'manifests/a.yaml'), 'utf8')).toBe('a: 1\n');
      throw new Error('helm is ill');
    },
  );
  await expect(work).rejects.toThrow('helm is ill');
  expect([folder === '', existsSync(folder)]).toStrictEqual([false, false]);
});
