import type { CronJob } from '../../../lib/cluster/kubernetes-types';
import { jobFromCronJob } from '../../../lib/operations/backup/backup-jobs';
import { cronJob, stateWithBucket } from './support/cluster-state';

test('a derived Job is that of the CronJob with other arguments, runs once, and expires', () => {
  expect(jobFromCronJob(cronJob, { verb: 'restore', args: ['restore', 'x'] }, '20261125t030000z-3f9a1c')).toEqual({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: 'postgres-backup-restore-20261125t030000z-3f9a1c',
      namespace: 'veza-staging',
      labels: { app: 'postgres-backup' },
      annotations: { 'veza.app/note': 'kept', 'cronjob.kubernetes.io/instantiate': 'manual' },
    },
    spec: {
      activeDeadlineSeconds: 1800,
      backoffLimit: 0,
      ttlSecondsAfterFinished: 86400,
      template: {
        metadata: { labels: { app: 'postgres-backup' } },
        spec: {
          containers: [{ name: 'backup', args: ['restore', 'x'], volumeMounts: [{ mountPath: '/backups' }] }],
          volumes: [{ persistentVolumeClaim: { claimName: 'postgres-backups' } }],
        },
      },
    },
  });
});

test('a derived Job can write to the backups, and to nothing else', () => {
  const copy = stateWithBucket().objects['cronjob/postgres-backup-copy'] as unknown as CronJob;
  const { spec } = jobFromCronJob(copy, { verb: 'fetch', args: ['copy'], writes: true }, 'x').spec.template;
  expect(spec).toEqual({
    containers: [
      {
        name: 'copy',
        args: ['copy'],
        volumeMounts: [
          { name: 'backups', mountPath: '/backups', readOnly: false },
          { name: 'tmp', mountPath: '/tmp', readOnly: true },
        ],
      },
    ],
    volumes: [{ name: 'backups', persistentVolumeClaim: { claimName: 'postgres-backups', readOnly: false } }],
  });
  expect(copy.spec.jobTemplate.spec.template.spec.volumes).toEqual([
    { name: 'backups', persistentVolumeClaim: { claimName: 'postgres-backups', readOnly: true } },
  ]);
});
