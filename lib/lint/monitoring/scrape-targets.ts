import type { Cursor } from '../../manifests/cursor';
import { LabelSelector } from '../../manifests/label-selector';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Container } from '../../manifests/pod-template';
import { rememberFor } from '../../manifests/remember';
import { selectPods } from '../traffic/services';
import type { MonitoringFile } from './monitoring-files';
import { makeTargetLabels, relabel } from './target-labels';

/** Scrape targets of a job. */
export interface Targets {
  /** Containers of the set. */
  readonly containers: readonly Container[];
  /** Whether there may be targets beyond the set: nodes, addresses, other namespaces, ways of discovery unknown here. */
  readonly mayBeElsewhere: boolean;
  /** Whether any pod of the cluster that asks for it is a target, whatever it runs. */
  readonly isOpen: boolean;
  /** Hosts that are written out but do not exist. */
  readonly dangling: readonly Cursor[];
}

export interface ScrapeJob {
  readonly job: Cursor;
  readonly targets: Targets;
}

/** The scrape jobs of a file of Prometheus, which are compared with every pod. */
export const scrapeJobsOf = rememberFor(({ object, content }: MonitoringFile, set: ManifestSet): readonly ScrapeJob[] =>
  content
    .namedItems('scrape_configs', 'job_name')
    .map((job) => ({ job, targets: targetsOf(set, object.namespace, job) })),
);

/** The targets of a job, or of a connection to Alertmanagers. */
export function targetsOf(set: ManifestSet, namespace: string, job: Cursor): Targets {
  const written = job
    .items('static_configs')
    .flatMap((config) => config.items('targets'))
    .map((target) => staticTarget(set, namespace, target));
  const discovered = job.items('kubernetes_sd_configs').map((config) => discoveredTargets(set, namespace, job, config));
  const others = job.entries().some(([key]) => /_sd_configs$/.test(key) && key !== 'kubernetes_sd_configs');
  const all = [...written, ...discovered];
  return {
    containers: all.flatMap(({ containers }) => containers),
    mayBeElsewhere: others || all.some(({ mayBeElsewhere }) => mayBeElsewhere),
    isOpen: all.some(({ isOpen }) => isOpen),
    dangling: all.flatMap(({ dangling }) => dangling),
  };
}

const nothing: Targets = { containers: [], mayBeElsewhere: false, isOpen: false, dangling: [] };

/** `host:port`, where the host may be a Service of the set. */
function staticTarget(set: ManifestSet, ownNamespace: string, target: Cursor): Targets {
  const [, name = '', namespace = ownNamespace, port = ''] =
    /^([a-z][a-z0-9-]*)(?:\.([a-z0-9-]+)(?:\.svc(?:\.[a-z.]+)?)?)?:(\d+)$/.exec(target.text() ?? '') ?? [];
  const service = set.find('Service', namespace, name);
  if (name === '' || name === 'localhost' || !set.isComplete(namespace)) return { ...nothing, mayBeElsewhere: true };
  if (service === undefined) {
    return set.has('Service', namespace, name)
      ? { ...nothing, mayBeElsewhere: true }
      : { ...nothing, dangling: [target] };
  }
  // The endpoints of a Service without a selector, and those of an operator, are not in the set.
  if (selectPods(set, service).length === 0) return { ...nothing, mayBeElsewhere: true };
  const entry = service.items('spec', 'ports').find((each) => each.number('port') === Number(port));
  const wanted = entry?.at('targetPort').value ?? entry?.number('port');
  const containers = selectPods(set, service)
    .flatMap((pod) => pod.containers)
    .filter(({ ports }) => ports.some((each) => each.number === wanted || each.name === wanted));
  return containers.length > 0 ? { ...nothing, containers } : { ...nothing, dangling: [target] };
}

/** Selects every pod, those that an operator makes too. */
const anyPod = LabelSelector.fromMap({});

/** What the discovery of Kubernetes finds among the set's pods, after relabelling. */
function discoveredTargets(set: ManifestSet, ownNamespace: string, job: Cursor, config: Cursor): Targets {
  const roles = ['pod', 'endpoints', 'endpointslice'];
  if (!roles.includes(config.text('role') ?? '')) return { ...nothing, mayBeElsewhere: true };
  const named = config.texts('namespaces', 'names');
  const own = config.flag('namespaces', 'own_namespace') ? [ownNamespace] : [];
  const namespaces = [...named, ...own];
  const pods = namespaces.length === 0 ? set.pods : namespaces.flatMap((namespace) => set.select(namespace, anyPod));
  const configs = job.items('relabel_configs');
  const containers = pods.flatMap((pod) =>
    pod.containers.filter((container) =>
      makeTargetLabels(container, set).some((labels) => relabel(labels, configs) !== undefined),
    ),
  );
  const hasOptIn = configs.some(isOptIn);
  const mayBeElsewhere =
    namespaces.length === 0 ||
    namespaces.some((namespace) => !set.isComplete(namespace) || set.hasPodsOfOperators(namespace)) ||
    hasOptIn;
  return {
    containers,
    mayBeElsewhere: mayBeElsewhere && containers.length === 0,
    isOpen: hasOptIn && namespaces.length === 0,
    dangling: [],
  };
}

/** Whether a step keeps pods or Services with an annotation, of which there may be none yet. */
function isOptIn(step: Cursor): boolean {
  const annotated = step
    .texts('source_labels')
    .some((label) => /^__meta_kubernetes_(pod|service)_annotation_/.test(label));
  return step.text('action') === 'keep' && annotated;
}
