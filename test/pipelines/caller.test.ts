import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { veza } from '../../lib/veza/veza';
import { project } from '../support/manifests';
import { faults } from './support/validate';
import { type Workflow, workflow } from './support/workflows';

const page = readFileSync(join(project, 'docs/pipelines.md'), 'utf8');
const [, caller = ''] = /```yaml\n(name: Platform\n[\s\S]*?)```/.exec(page) ?? [];
const { jobs, permissions = {} }: Workflow = parse(caller);

test('a service calls the pipeline in ten lines, in which GitHub finds nothing wrong', async () => {
  expect(caller.trim().split('\n')).toHaveLength(10);
  expect(await faults(caller)).toStrictEqual([]);
});

test('the caller states every input that is required, of a service that exists', () => {
  const inputs = Object.entries(workflow('platform.yaml').on.workflow_call?.inputs ?? {});
  const required = inputs.filter(([, { required }]) => required).map(([name]) => name);
  expect(Object.keys(jobs.platform?.with ?? {})).toStrictEqual(required);
  expect(veza.services.map(({ name }) => name)).toContain(jobs.platform?.with?.service);
});

test('the caller permits just what the jobs need', () => {
  const needed = Object.values(workflow('platform.yaml').jobs).flatMap((job) => Object.entries(job.permissions ?? {}));
  // Writing permits reading.
  const sorted = needed.sort(([, one], [, other]) => one.localeCompare(other));
  expect(permissions).toStrictEqual(Object.fromEntries(sorted));
});
