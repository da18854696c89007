import type { KubernetesObject } from '../../cluster/kubernetes-client';
import type { OperationContext } from '../../cluster/operation-context';
import { listPermissions, requirePermissions } from '../../cluster/permissions';
import { OperationError, type Problem, UsageError } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import { expiryLabel } from '../../platform/preview';

/** What deleting previews works with. Its environment is the one that they are made from, in the same cluster. */
export interface PreviewContext extends Pick<OperationContext, 'kubectl' | 'environment' | 'clock'> {
  readonly platform: Platform;
  readonly print: (line: string) => void;
}

/** Cluster-scoped kinds that an environment may have, besides its namespaces. */
const clusterKinds = ['priorityclasses', 'clusterroles', 'clusterrolebindings'] as const;

/** Seconds that an object may take until it is gone with everything in it. */
const deletionSeconds = 600;

interface EnvironmentNamespace {
  readonly name: string;
  readonly environment: string;
  /** The last day that it is needed; none of an environment that is to stay. */
  readonly lastDay: string | undefined;
}

/**
 * Deletes a preview: its namespaces with all that is in them, and its cluster-scoped objects.
 * @throws UsageError if the environment of that name states no last day, and so is no preview
 */
export async function deletePreview(context: PreviewContext, name: string): Promise<void> {
  await requireDeletePermissions(context);
  const namespaces = (await listNamespaces(context)).filter(({ environment }) => environment === name);
  const lasting = namespaces.filter(({ lastDay }) => lastDay === undefined);
  if (lasting.length > 0) {
    const names = lasting.map((namespace) => namespace.name).join(', ');
    throw new UsageError(`${name} is not a preview: ${names} has no label ${expiryLabel}; nothing was deleted`);
  }
  await deleteObjects(context, name, namespaces);
  context.print(namespaces.length === 0 ? `there is no preview ${name}` : `deleted ${name}`);
}

/**
 * Deletes every preview whose last day is over (UTC). One that cannot be deleted does not keep the others.
 * @throws OperationError that names those that could not be deleted, and last days that are none
 */
export async function deleteExpiredPreviews(context: PreviewContext): Promise<void> {
  await requireDeletePermissions(context);
  const today = new Date(context.clock.now()).toISOString().slice(0, 10);
  const dated = (await listNamespaces(context)).filter(({ lastDay }) => lastDay !== undefined);
  const problems: Problem[] = [];
  for (const name of new Set(dated.map(({ environment }) => environment))) {
    const namespaces = dated.filter(({ environment }) => environment === name);
    const days = namespaces.map(({ lastDay = '' }) => lastDay).sort();
    // One that is being deployed may have both its old and its new last day.
    problems.push(...(await deleteIfExpired(context, { name, namespaces, lastDay: days.at(-1) ?? '', today })));
  }
  if (dated.length === 0) context.print('there is no preview');
  if (problems.length > 0) throw new OperationError(problems);
}

/** A preview in the cluster, and the day of the check. */
interface DatedPreview {
  readonly name: string;
  readonly namespaces: readonly EnvironmentNamespace[];
  readonly lastDay: string;
  readonly today: string;
}

async function deleteIfExpired(
  context: PreviewContext,
  { name, namespaces, lastDay, today }: DatedPreview,
): Promise<readonly Problem[]> {
  if (!/^\d{4}-\d\d-\d\d$/.test(lastDay)) {
    return [`${namespaces[0]?.name}: label ${expiryLabel}: ${JSON.stringify(lastDay)}: use a day such as ${today}`];
  }
  if (lastDay >= today) {
    context.print(`${name} is kept until ${lastDay}`);
    return [];
  }
  try {
    await deleteObjects(context, name, namespaces);
    context.print(`deleted ${name}, whose last day was ${lastDay}`);
    return [];
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return error.problems.map((problem) => `${name}: ${problem}`);
  }
}

/** Namespaces first: a PriorityClass goes once no pod names it. */
async function deleteObjects(
  { kubectl, environment: { namespace }, platform }: PreviewContext,
  name: string,
  namespaces: readonly EnvironmentNamespace[],
): Promise<void> {
  const options = { timeoutSeconds: deletionSeconds };
  for (const each of namespaces) await kubectl.delete(`namespace/${each.name}`, namespace, options);
  const labels = { ...makePlatformLabels(platform), environment: name };
  for (const kinds of clusterKinds) {
    const objects = await kubectl.list<KubernetesObject>(kinds, namespace, { labels });
    for (const { metadata } of objects) await kubectl.delete(`${kinds}/${metadata.name}`, namespace, options);
  }
}

/** The namespaces of the platform's environments, in the order of their names. */
async function listNamespaces({
  kubectl,
  environment,
  platform,
}: PreviewContext): Promise<readonly EnvironmentNamespace[]> {
  const labels = makePlatformLabels(platform);
  const found = await kubectl.list<KubernetesObject>('namespaces', environment.namespace, { labels });
  return found.map(({ metadata }) => ({
    name: metadata.name,
    environment: metadata.labels?.environment ?? '',
    lastDay: metadata.labels?.[expiryLabel],
  }));
}

function makePlatformLabels({ name }: Platform): Record<string, string> {
  return { 'app.kubernetes.io/part-of': name, 'app.kubernetes.io/managed-by': 'cdk8s' };
}

async function requireDeletePermissions({ kubectl }: PreviewContext): Promise<void> {
  const roles = ['clusterroles', 'clusterrolebindings'].map((kind) => `${kind}.rbac.authorization.k8s.io`);
  const resources = ['namespaces', 'priorityclasses.scheduling.k8s.io', ...roles];
  const wanted = listPermissions(resources.map((resource) => [resource, 'list', 'delete'] as const));
  await requirePermissions(kubectl, wanted, 'use an account that may delete previews (docs/guides/preview.md)');
}
