import { createJobFromCronJob } from '../../../lib/operations/backup/backup-jobs';
import { copyCronJob, cronJob } from '../../support/backup-fixtures';

test('a derived Job is that of the CronJob with other arguments, runs once, and expires', () => {
  expect(createJobFromCronJob(cronJob, { verb: 'restore', args: ['restore', 'x'] }, '20261125t030000z-3f9a1c')).toEqual(
    {
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
            containers: [
              {
                name: 'backup',
                image: 'backup:v1',
                args: ['restore', 'x'],
                volumeMounts: [{ name: 'backups', mountPath: '/backups' }],
              },
            ],
            volumes: [{ name: 'backups', persistentVolumeClaim: { claimName: 'postgres-backups' } }],
          },
        },
      },
    },
  );
});

test('a derived Job can write to the backups, and to nothing else', () => {
  const { spec } = createJobFromCronJob(copyCronJob, { verb: 'fetch', args: ['copy'], writes: true }, 'x').spec
    .template;
  expect(spec).toEqual({
    containers: [
      {
        name: 'copy',
        image: 'copy:v1',
        args: ['copy'],
        volumeMounts: [
          { name: 'backups', mountPath: '/backups', readOnly: false },
          { name: 'tmp', mountPath: '/tmp', readOnly: true },
        ],
      },
    ],
    volumes: [{ name: 'backups', persistentVolumeClaim: { claimName: 'postgres-backups', readOnly: false } }],
  });
  expect(copyCronJob.spec.jobTemplate.spec.template.spec.volumes).toEqual([
    { name: 'backups', persistentVolumeClaim: { claimName: 'postgres-backups', readOnly: true } },
  ]);
});
