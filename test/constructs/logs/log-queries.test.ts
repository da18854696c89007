import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildEnvironment } from '../../../lib/synth/render-environment';
import { veza } from '../../../lib/veza/veza';
import { production } from '../../support/environments/production';
import { staging } from '../../support/environments/staging';
import { project } from '../../support/manifests';

const docs = join(project, 'docs');
const pages = [
  join(docs, 'logs.md'),
  ...readdirSync(join(docs, 'runbooks')).map((file) => join(docs, 'runbooks', file)),
];

/** Every query in a block of LogQL: one a paragraph. */
const queries = pages.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^```logql\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block
      .trim()
      .split(/\n\n/)
      .map((query) => ({ page, query })),
  ),
);

test('queries of the docs ask for an environment that keeps logs, and a workload of it', () => {
  const workloads = namesOfWorkloads();
  expect(new Set(queries.map(({ page }) => page)).size).toBeGreaterThan(10);
  for (const { page, query } of queries) {
    const namespace = /namespace="([^"]+)"/.exec(query)?.[1] ?? '';
    const [, operator, app] = /\bapp(=~?)"([^"<]+)"/.exec(query) ?? [];
    expect({ page, namespace, known: workloads.has(namespace) }).toMatchObject({ known: true });
    const names = [...(workloads.get(namespace) ?? [])];
    const asked = new RegExp(`^(${app})$`);
    if (app !== undefined) expect(names).toContain(operator === '=' ? app : names.find((name) => asked.test(name)));
  }
});

describe('an environment without logs', () => {
  const { files } = buildEnvironment(veza, { ...production, logs: { kind: 'none' } });
  // Which alerts mute which is the same in every environment.
  const mentions = (objects: (typeof files)[string]) =>
    JSON.stringify(objects.filter(({ metadata }) => metadata.name !== 'alertmanager-config')).match(
      /.{0,60}(?:loki|fluent-bit|log_collected).{0,20}/gi,
    ) ?? [];

  test('has no file, data source, row, panel, counter or scrape job of them', () => {
    expect(Object.keys(files)).toStrictEqual(['production', 'production-monitoring', 'production.dashboards']);
    expect(mentions(Object.values(files).flat())).toEqual([]);
  });

  test('has them as soon as it states logs', () => {
    expect(mentions(Object.values(buildEnvironment(veza, production).files).flat()).length).toBeGreaterThan(20);
  });
});

/** Workloads of the environments with logs, by namespace. */
function namesOfWorkloads(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const environment of [production, staging].filter(({ logs }) => logs.kind === 'loki')) {
    for (const { kind, metadata } of Object.values(buildEnvironment(veza, environment).files).flat()) {
      if (!/^(Deployment|StatefulSet|DaemonSet|CronJob|Cluster)$/.test(kind)) continue;
      const namespace = metadata.namespace ?? '';
      found.set(namespace, (found.get(namespace) ?? new Set()).add(metadata.name));
    }
  }
  return found;
}
