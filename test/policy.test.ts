import { accepted } from './policy/accepted';
import { identity } from './policy/identity';
import { images } from './policy/images';
import { network } from './policy/network';
import { reliability } from './policy/reliability';
import { security } from './policy/security';
import { containers, objects, servers, workloads } from './support/subjects';

const rules = [...security, ...identity, ...images, ...reliability, ...network];

test.each(rules)('$id: $says', ({ id, offenders }) => {
  expect(offenders).toStrictEqual(accepted[id]?.where ?? []);
});

test('every accepted finding belongs to a rule', () => {
  const ids = rules.map(({ id }) => id);
  expect(Object.keys(accepted).filter((id) => !ids.includes(id))).toStrictEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the rules were asked of everything', () => {
  expect([objects, workloads, containers, servers].map(({ length }) => length)).toStrictEqual([89, 11, 21, 17]);
  expect(objects.map(({ object }) => object.kind).reduce(count, {})).toStrictEqual({
    ConfigMap: 6,
    DaemonSet: 1,
    Deployment: 6,
    HorizontalPodAutoscaler: 3,
    Ingress: 6,
    LimitRange: 3,
    Namespace: 3,
    NetworkPolicy: 15,
    PodDisruptionBudget: 6,
    PriorityClass: 4,
    ResourceQuota: 4,
    Role: 2,
    RoleBinding: 2,
    Service: 14,
    ServiceAccount: 10,
    StatefulSet: 4,
  });
  expect(rules.filter(({ visited }) => visited === 0)).toStrictEqual([]);
});

function count(counts: Readonly<Record<string, number>>, kind: string): Record<string, number> {
  return { ...counts, [kind]: (counts[kind] ?? 0) + 1 };
}
