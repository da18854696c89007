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
  expect([objects, workloads, containers, servers].map(({ length }) => length)).toStrictEqual([203, 25, 35, 29]);
  expect(objects.map(({ object }) => object.kind).reduce(count, {})).toStrictEqual({
    ClusterRole: 2,
    ClusterRoleBinding: 2,
    ConfigMap: 28,
    CronJob: 2,
    DaemonSet: 1,
    Deployment: 12,
    HorizontalPodAutoscaler: 3,
    Ingress: 6,
    LimitRange: 5,
    Namespace: 5,
    NetworkPolicy: 31,
    PersistentVolumeClaim: 2,
    PodDisruptionBudget: 8,
    PriorityClass: 6,
    ResourceQuota: 6,
    Role: 10,
    RoleBinding: 10,
    Service: 28,
    ServiceAccount: 26,
    StatefulSet: 10,
  });
  expect(rules.filter(({ visited }) => visited === 0)).toStrictEqual([]);
});

function count(counts: Readonly<Record<string, number>>, kind: string): Record<string, number> {
  return { ...counts, [kind]: (counts[kind] ?? 0) + 1 };
}
