import { Construct } from 'constructs';
import { nameMigrationWorkload } from '../../platform/workload-names';
import { k8s } from '../kubernetes/k8s';
import { labelWorkload, makeMetadata, type NamespacedProps, type WorkloadIdentity } from '../kubernetes/metadata';
import { makePodUsage, type QuotaUsage } from '../kubernetes/resources';
import { makeServicePod, type ServicePodProps } from './service-pod';

export interface MigrationProps extends ServicePodProps, NamespacedProps {
  /** Command that replaces the image's own. */
  readonly command: readonly string[];
  /** Seconds after which the Job fails. */
  readonly timeoutSeconds: number;
}

/** Retries of a migration: the first attempt may start before the database accepts connections. */
const retries = 5;

/**
 * The template of the Job that migrates the database. It has a service's image, settings and secrets.
 * It is a suspended CronJob, so that its pod is in the manifests and is linted, counted in the quota and restricted by
 * network policies like every other. A deploy creates a Job from it.
 */
export class Migration extends Construct {
  /** The workload, as its labels and those of its pods describe it. */
  readonly identity: WorkloadIdentity;
  /** What its pod takes of the namespace's quota. */
  readonly quotaUsage: QuotaUsage;

  constructor(scope: Construct, id: string, props: MigrationProps) {
    super(scope, id);
    const { namespaceScope, timeoutSeconds, resources } = props;
    this.identity = { ...namespaceScope, name: nameMigrationWorkload(namespaceScope.platform), component: 'migration' };
    this.quotaUsage = makePodUsage(this.identity.name, 1, [resources]);
    new k8s.KubeCronJob(this, 'template', {
      metadata: makeMetadata(this.identity),
      spec: {
        suspend: true,
        schedule: '0 0 1 1 *',
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 60,
        jobTemplate: {
          metadata: { labels: labelWorkload(this.identity) },
          spec: {
            backoffLimit: retries,
            activeDeadlineSeconds: timeoutSeconds,
            template: { metadata: { labels: labelWorkload(this.identity) }, spec: makePod(this.identity, props) },
          },
        },
      },
    });
  }
}

/** The service's pod without ports and probes: a migration takes no calls and ends by itself. */
function makePod({ name }: WorkloadIdentity, props: MigrationProps): k8s.PodSpec {
  const { containers, ...spec } = makeServicePod(name, 1, props);
  return {
    ...spec,
    restartPolicy: 'Never',
    containers: containers.map(({ ports, startupProbe, livenessProbe, readinessProbe, lifecycle, ...container }) => ({
      ...container,
      command: [...props.command],
      terminationMessagePolicy: 'FallbackToLogsOnError',
    })),
  };
}
