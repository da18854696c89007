import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameServiceWorkload } from '../lib/platform/workload-names';
import { nameEnvironmentFiles } from '../lib/synth/environment-charts';
import { environments } from '../lib/veza/environments/environments';
import { veza } from '../lib/veza/veza';
import { accepted } from './policy/accepted';
import { rules } from './policy/rules';
import { project } from './support/manifests';
import { containers, objects, servers, workloads } from './support/subjects';

test.each(rules)('$id: $says', ({ id, offenders }) => {
  const patterns = accepted[id]?.where ?? [];
  expect(offenders.filter((where) => !patterns.some((pattern) => pattern.test(where)))).toStrictEqual([]);
  expect(patterns.filter((pattern) => !offenders.some((where) => pattern.test(where)))).toStrictEqual([]);
});

test('the page of accepted findings names each workload and policy that has one', () => {
  const folded = (text: string) => text.toLowerCase().replace(/[ -]/g, '');
  const page = folded(readFileSync(join(project, 'docs/decisions/accepted-findings.md'), 'utf8'));
  const services = veza.services.map(({ name }) => nameServiceWorkload(veza.name, name));
  const names = rules
    .filter(({ id }) => id in accepted)
    .flatMap(({ offenders }) =>
      offenders.flatMap((where) => / (?:\w+Set|Deployment|CronJob|NetworkPolicy)\/([\w-]+)/.exec(where)?.[1] ?? []),
    )
    .filter((name) => !services.includes(name) && !name.startsWith(`${veza.name}-`));
  expect([...new Set(names)].filter((name) => !page.includes(folded(name)))).toEqual([]);
});

test('every accepted finding belongs to a rule', () => {
  const ids = rules.map(({ id }) => id);
  expect(Object.keys(accepted).filter((id) => !ids.includes(id))).toStrictEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the rules were asked of everything', () => {
  const files = environments.flatMap(nameEnvironmentFiles);
  expect([...new Set(objects.map(({ where }) => where.split(' ')[0]))]).toEqual(
    expect.arrayContaining(['cluster', ...files]),
  );
  const services = environments.flatMap(({ name }) =>
    veza.services.map((service) => `${name} Deployment/${nameServiceWorkload(veza.name, service.name)}`),
  );
  expect(workloads.map(({ where }) => where)).toEqual(expect.arrayContaining(services));
  expect(new Set(containers.map(({ object }) => object))).toEqual(new Set(workloads.map(({ object }) => object)));
  expect(servers.length).toBeLessThan(containers.length);
  expect(rules.filter(({ visited }) => visited === 0)).toStrictEqual([]);
});
