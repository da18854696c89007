import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { migrationWorkload } from '../../platform/workload-names';
import { type NamespaceScope, type WorkloadIdentity, workloadLabels, workloadMetadata } from '../kubernetes/metadata';
import type { QuotaUsage } from '../kubernetes/quota-usage';
import { type ServicePodProps, servicePod } from './service-pod';

/** Properties of a `Migration`. */
export interface MigrationProps extends ServicePodProps {
  readonly home: NamespaceScope;
  /** What runs instead of the image's own command. */
  readonly command: readonly string[];
  /** Seconds after which it counts as failed. */
  readonly timeoutSeconds: number;
}

/** Times that a migration is tried again: the first one may come before the database does. */
const retries = 5;

/**
 * What brings the database's tables up to a release: the template of a Job, with a service's image, settings and secrets.
 * It is a CronJob that never runs by itself, so that the pod stands in the manifests and is checked, counted and fenced
 * like every other; a deploy makes a Job of it.
 */
export class Migration extends Construct {
  /** The workload, as its labels and those of its pods describe it. */
  readonly identity: WorkloadIdentity;
  /** What its pod takes of the namespace's quota. */
  readonly demand: QuotaUsage;

  constructor(scope: Construct, id: string, props: MigrationProps) {
    super(scope, id);
    const { home, timeoutSeconds, resources } = props;
    this.identity = { ...home, name: migrationWorkload(home.platform), component: 'migration' };
    this.demand = { pods: 1, containers: [resources], initContainers: [], claims: [] };
    new k8s.KubeCronJob(this, 'template', {
      metadata: workloadMetadata(this.identity),
      spec: {
        suspend: true,
        schedule: '0 0 1 1 *',
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 60,
        jobTemplate: {
          metadata: { labels: workloadLabels(this.identity) },
          spec: {
            backoffLimit: retries,
            activeDeadlineSeconds: timeoutSeconds,
            template: { metadata: { labels: workloadLabels(this.identity) }, spec: pod(this.identity, props) },
          },
        },
      },
    });
  }
}

/** The service's pod, but nobody calls it, and it ends by itself. */
function pod({ name }: WorkloadIdentity, props: MigrationProps): k8s.PodSpec {
  const { containers, ...spec } = servicePod(name, 1, props);
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
