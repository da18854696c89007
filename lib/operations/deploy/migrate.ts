import type { SynthesizedObject } from '../../manifests';
import { FailedError } from '../../problems';
import { migrationWorkload } from '../../services/migration';
import { systemClock } from '../clock';
import { followJob } from '../jobs/follow-job';
import type { CronJob, Job, JobContainer } from '../objects';
import type { Crew } from './crew';
import type { Order, Plan } from './plan';

/** The Job of a migration stays for a day after its end, so that somebody can look at it. */
const kept = { ttlSecondsAfterFinished: 86_400 };

/** A variable of a container: its value, or where it is found. */
interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly configMapKeyRef?: { readonly name: string; readonly key: string } };
}

/**
 * Brings the database's tables up to the release, where the environment declares a migration. It has to leave them so that
 * the release before still works with them: that one serves on until the new one is ready, and comes back if it fails.
 * @throws FailedError with the cause
 */
export async function migrate({ environment, manifests, release }: Plan, order: Order, crew: Crew): Promise<void> {
  const { kubectl, progress } = crew;
  const template = templateIn(manifests.objects, order.platform.name);
  if (!template) return;
  progress.step('migrate the database');
  const job = migrationJob(template, manifests.objects, Date.now());
  const place = `--namespace=${environment.namespace}`;
  await kubectl.output(['create', place, '--filename=-'], { input: JSON.stringify(job) });
  const end = await followJob({ kubectl, environment, progress, clock: systemClock }, job);
  if (end.kind !== 'complete') {
    throw new FailedError([
      `${release} was not deployed, since Job ${end.job} did not migrate the database: ${end.cause}; the release before ` +
        'serves on',
    ]);
  }
  progress.done(`Job ${end.job} has migrated the database`);
}

/** The template of the migration, if the environment has one. */
export function templateIn(objects: readonly SynthesizedObject[], platform: string): CronJob | undefined {
  const name = migrationWorkload(platform);
  return objects.find(({ kind, metadata }) => kind === 'CronJob' && metadata.name === name) as CronJob | undefined;
}

/** A Job of the template. Its settings are this release's, which the cluster does not have yet. */
export function migrationJob(template: CronJob, objects: readonly SynthesizedObject[], now: number): Job {
  const { metadata, spec } = template.spec.jobTemplate;
  const pod = spec.template.spec;
  const containers = pod.containers.map((container: JobContainer & { readonly env?: readonly Variable[] }) => ({
    ...container,
    env: container.env?.map((variable) => settled(variable, objects)),
  }));
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${template.metadata.name}-${now}`,
      namespace: template.metadata.namespace,
      labels: metadata?.labels,
    },
    spec: { ...spec, ...kept, template: { ...spec.template, spec: { ...pod, containers } } },
  };
}

function settled(variable: Variable, objects: readonly SynthesizedObject[]): Variable {
  const reference = variable.valueFrom?.configMapKeyRef;
  if (!reference) return variable;
  const map = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === reference.name);
  const { data } = map as SynthesizedObject & { readonly data: Readonly<Record<string, string>> };
  return { name: variable.name, value: data[reference.key] };
}
