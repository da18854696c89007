import type { KubernetesObject } from '../../cluster/kubernetes-client';
import { backupWorkloads } from '../../platform/backup-names';
import { clusterObjects } from '../../platform/postgres-cluster';
import { authorityVolumeName } from '../../platform/settings/database';
import type { ClusterDatabase } from '../../platform/settings/database-cluster';
import { databaseWriters } from '../restore/database-writers';
import type { RestoreContext } from '../restore/restore-steps';

interface Volume {
  readonly name: string;
  readonly secret?: { readonly secretName?: string };
}

interface Template {
  readonly template: { readonly spec: { readonly volumes?: readonly Volume[] } };
}

type Deployment = KubernetesObject & { readonly spec: Template };
type CronJob = KubernetesObject & { readonly spec: { readonly jobTemplate: { readonly spec: Template } } };

/**
 * Lets the services and the backups verify the servers of a Cluster: those that verified the single server have its authority,
 * which signs none of these. What does not verify is left as it is. The next deploy writes the same.
 */
export async function trustCluster(context: RestoreContext, database: ClusterDatabase): Promise<void> {
  const { kubectl, environment, platform } = context;
  const { namespace } = environment;
  const { authoritySecret } = clusterObjects(database);
  for (const name of databaseWriters(platform)) {
    const found = await kubectl.find<Deployment>(`deployment/${name}`, namespace);
    const spec = found && withAuthority(found.spec, authoritySecret);
    if (spec) await kubectl.patch(`deployment/${name}`, namespace, { spec });
  }
  const cronJob = `cronjob/${backupWorkloads.backup}`;
  const found = await kubectl.find<CronJob>(cronJob, namespace);
  const spec = found && withAuthority(found.spec.jobTemplate.spec, authoritySecret);
  if (spec) await kubectl.patch(cronJob, namespace, { spec: { jobTemplate: { spec } } });
}

/** The change of a template that mounts another authority; undefined if there is none to change. A patch replaces the whole list. */
function withAuthority({ template }: Template, secretName: string): Template | undefined {
  const { volumes = [] } = template.spec;
  const isOther = ({ name, secret }: Volume) =>
    name === authorityVolumeName && secret !== undefined && secret.secretName !== secretName;
  if (!volumes.some(isOther)) return undefined;
  const changed = volumes.map((volume) =>
    isOther(volume) ? { ...volume, secret: { ...volume.secret, secretName } } : volume,
  );
  return { template: { spec: { volumes: changed } } };
}
