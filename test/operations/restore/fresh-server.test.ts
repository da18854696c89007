import { makeSetAsideJob, type PostgresStatefulSet } from '../../../lib/operations/restore/fresh-server';
import { renderEnvironment } from '../../../lib/synth/render-environment';
import { veza } from '../../../lib/veza/veza';
import { staging } from '../../support/environments/staging';

const { objects } = renderEnvironment(veza, staging);
const set = objects.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'postgres');
const job = makeSetAsideJob(set as unknown as PostgresStatefulSet, { name: 'damaged-1', bytes: 5 }, 'x');
const pod = job.spec.template.spec as unknown as Record<string, unknown>;

test('renames the data on the volume of the server, with the mounts of its init container alone', () => {
  expect(job.metadata).toEqual({ name: 'postgres-set-aside-x', namespace: 'veza-staging' });
  expect(pod.volumes).toEqual([
    { name: 'config', configMap: { name: 'postgres-config' } },
    { name: 'data', persistentVolumeClaim: { claimName: 'data-postgres-0' } },
  ]);
  expect(pod).toMatchObject({ restartPolicy: 'Never', initContainers: [], serviceAccountName: 'postgres' });
  expect(pod.containers).toEqual([
    expect.objectContaining({
      command: ['sh', '/etc/postgres/set-aside.sh'],
      args: ['damaged-1', '5'],
      securityContext: expect.objectContaining({ runAsNonRoot: true, readOnlyRootFilesystem: true }),
    }),
  ]);
});

test('no Service and no policy but those for every pod selects its pod', () => {
  const labels = Object(job.spec.template.metadata?.labels);
  expect(labels).toEqual({ app: 'postgres-set-aside' });
  const texts = objects
    .filter(({ kind }) => /^(Service|NetworkPolicy)$/.test(kind))
    .map((object) => JSON.stringify(object));
  expect(texts.length).toBeGreaterThan(10);
  expect(texts.filter((text) => text.includes(labels.app))).toEqual([]);
});
