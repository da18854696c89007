import type { CronJob } from '../../../../lib/cluster/kubernetes-types';
import { makeRuleGroups } from '../../../../lib/constructs/monitoring/rules/rule-groups';
import { createJobFromCronJob } from '../../../../lib/operations/backup/backup-jobs';
import { alertingRules } from './alerting-rules';
import { everything } from './rule-inputs';

const cronJob = {
  metadata: { name: 'postgres-backup', namespace: 'veza-production' },
  spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: 'backup' }] } } } } },
} as unknown as CronJob;

const [rule] = alertingRules(makeRuleGroups(everything)).filter(({ alert }) => alert === 'JobFailed');
const pattern = new RegExp(`^(?:${/job_name!~"([^"]+)"/.exec(rule?.expr ?? '')?.[1]})$`);

test.each(['restore', 'create', 'copy', 'check'])('JobFailed leaves out a Job that a command made to %s', (verb) => {
  const { metadata } = createJobFromCronJob(cronJob, { verb, args: [] }, '20261125t021500z-3f9a1c');
  expect(metadata.name).toMatch(pattern);
});

test.each(['postgres-backup-29384760', 'postgres-backup-copy-29384760', 'import'])(
  'JobFailed looks at %s, which a CronJob or a person made',
  (name) => expect(name).not.toMatch(pattern),
);
