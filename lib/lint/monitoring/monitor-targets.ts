import type { Cursor } from '../../manifests/cursor';
import { LabelSelector } from '../../manifests/label-selector';
import type { Manifest } from '../../manifests/manifest';
import { formatList, type ManifestSet } from '../../manifests/manifest-set';
import { type Container, hasPort, type PodTemplate, portsOf } from '../../manifests/pod-template';
import { exampleDeployment, type Rule, type Violation } from '../rule';
import { findDanglingService, hasServicePort, isPortless, listServicePortNames } from '../traffic/service-references';
import { selectPods } from '../traffic/services';

const group = 'monitoring.coreos.com';

export const monitorTargets: Rule = {
  name: 'monitor-targets',
  class: 'broken',
  finds:
    'A ServiceMonitor or PodMonitor that selects nothing, a port that none of its targets has, or a Probe whose prober is not a Service.',
  why: 'Prometheus has no such target and says nothing: the metrics are missing, and alerts on them never fire.',
  fix: 'Use the labels of the Service in a ServiceMonitor, those of the pods in a PodMonitor, and the name of a port.',
  example: `${exampleDeployment}
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { selector: { app: web }, ports: [{ name: http-metrics, port: 80, targetPort: http }] }
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  endpoints: [{ port: metrics }]
`,
  *check(set) {
    for (const monitor of set.ofType(`ServiceMonitor.${group}`)) yield* checkServiceMonitor(set, monitor);
    for (const monitor of set.ofType(`PodMonitor.${group}`)) yield* checkPodMonitor(set, monitor);
    for (const probe of set.ofType(`Probe.${group}`)) yield* checkProber(set, probe);
  },
};

function* checkServiceMonitor(set: ManifestSet, monitor: Manifest): Generator<Violation> {
  const { namespaces, isOpen } = readMonitoredNamespaces(set, monitor);
  const at = monitor.at('spec', 'selector');
  const selector = LabelSelector.from(at);
  const services = namespaces.flatMap((namespace) => set.selectServices(namespace, selector));
  if (services.length === 0) {
    const hasServices = namespaces.some((name) => set.inNamespace('Service', name).length > 0);
    // A set without Services is for monitors alone.
    if (isOpen || selector.isEmpty || !hasServices) return;
    if (namespaces.some((name) => mayHaveServices(set, name, selector))) return;
    yield {
      at,
      message: `${selector} selects no Service in ${namespaces.join(', ') || 'its namespace'}`,
      remedy: "state labels of the Service's own metadata, which may differ from those of its pods",
    };
    return;
  }
  if (selector.isEmpty) return;
  for (const endpoint of monitor.items('spec', 'endpoints')) {
    yield* checkServicePort(services, endpoint.at('port'), isOpen);
    yield* checkTargetPort(set, services, endpoint.at('targetPort'), isOpen);
  }
}

function* checkServicePort(services: readonly Manifest[], at: Cursor, isOpen: boolean): Generator<Violation> {
  if (!at.exists || isOpen || services.some((service) => isPortless(service) || hasServicePort(service, at.text()))) {
    return;
  }
  yield {
    at,
    message: `no selected Service has a port named ${JSON.stringify(at.value)} (there is ${formatList(services.flatMap(listServicePortNames))})`,
    remedy: 'state the name of a port of the Service, not its number or that of a port of the pods',
  };
}

/** A numeric port needs no containerPort. */
function* checkTargetPort(
  set: ManifestSet,
  services: readonly Manifest[],
  at: Cursor,
  isOpen: boolean,
): Generator<Violation> {
  const pods = services.flatMap((service) => selectPods(set, service));
  if (typeof at.value !== 'string' || isOpen || pods.length === 0) return;
  if (pods.some((pod) => hasPort(pod, at.value, 'TCP'))) return;
  yield {
    at,
    message: `no pod behind the Service has a port ${JSON.stringify(at.value)} (they have ${formatList(pods.flatMap(portsOf))})`,
    remedy: 'state a port of the pods, or name the port of the Service in port',
  };
}

function* checkPodMonitor(set: ManifestSet, monitor: Manifest): Generator<Violation> {
  const { namespaces, isOpen } = readMonitoredNamespaces(set, monitor);
  const at = monitor.at('spec', 'selector');
  const selector = LabelSelector.from(at);
  const pods = namespaces.flatMap((namespace) => set.select(namespace, selector));
  if (pods.length === 0) {
    const hasPods = namespaces.some((name) => set.podsIn(name).length > 0);
    // A set without pods is for monitors alone. What only leaves pods out is for pods that there may be some day.
    if (isOpen || selector.isEmpty || !selector.isDemanding || !hasPods) return;
    if (namespaces.some((name) => set.mayHavePods(name, selector))) return;
    yield {
      at,
      message: `${selector} selects no pod in ${namespaces.join(', ') || 'its namespace'}`,
      remedy: "state labels of the pods' template",
    };
    return;
  }
  if (selector.isEmpty) return;
  for (const endpoint of monitor.items('spec', 'podMetricsEndpoints')) {
    for (const port of [endpoint.at('port'), endpoint.at('targetPort')]) {
      if (typeof port.value !== 'string' || isOpen || pods.some((pod) => hasPort(pod, port.value, 'TCP'))) continue;
      yield {
        at: port,
        message: `no selected pod has a port ${JSON.stringify(port.value)} (they have ${formatList(pods.flatMap(portsOf))})`,
        remedy: 'state the name of a port of the containers',
      };
    }
  }
}

/** `host:port` of the exporter that probes. */
const proberUrl = /^([a-z][a-z0-9-]*)\.([a-z0-9-]+)(?:\.svc(?:\.[a-z.]+)?)?(?::(.+))?$/;

function* checkProber(set: ManifestSet, probe: Manifest): Generator<Violation> {
  const at = probe.at('spec', 'prober', 'url');
  const [, name, namespace = '', port] = proberUrl.exec(at.text() ?? '') ?? [];
  if (name === undefined || !set.isComplete(namespace)) return;
  const standardPort = probe.text('spec', 'prober', 'scheme')?.toLowerCase() === 'https' ? '443' : '80';
  if (port !== undefined && !/^\d+$/.test(port)) {
    yield {
      at,
      message: `${port} is not a port`,
      remedy: 'state host and port, such as blackbox-exporter.shop.svc:9115',
    };
    return;
  }
  yield* findDanglingService(set, { at, namespace, name, defaultPort: Number(port ?? standardPort) });
}

/** The Service of the API server, which every cluster has in the namespace default. */
const apiServerLabels = { component: 'apiserver', provider: 'kubernetes' };

function mayHaveServices(set: ManifestSet, namespace: string, selector: LabelSelector): boolean {
  const isApiServer = ['', 'default'].includes(namespace) && selector.matches(apiServerLabels);
  return isApiServer || set.unknown.mayCreate(namespace, selector.words) || set.hasServicesOfUnknownLabels(namespace);
}

/** A monitor of the Prometheus Operator, and the containers of the set that it scrapes. */
export interface Monitored {
  readonly monitor: Manifest;
  readonly containers: readonly Container[];
}

/** What the ServiceMonitors and PodMonitors of a set scrape, as far as it is in the set. */
export function findMonitoredContainers(set: ManifestSet): Monitored[] {
  return set.ofType(`ServiceMonitor.${group}`, `PodMonitor.${group}`).map((monitor) => {
    const selector = LabelSelector.from(monitor.at('spec', 'selector'));
    const { namespaces } = readMonitoredNamespaces(set, monitor);
    if (monitor.kind === 'ServiceMonitor') {
      const services = namespaces.flatMap((namespace) => set.selectServices(namespace, selector));
      return { monitor, containers: services.flatMap((service) => selectPods(set, service)).flatMap(containersOf) };
    }
    const ports = monitor.items('spec', 'podMetricsEndpoints').map((endpoint) => endpoint.at('port'));
    const pods = namespaces.flatMap((namespace) => set.select(namespace, selector));
    return { monitor, containers: pods.flatMap(containersOf).filter((container) => hasAny(container, ports)) };
  });
}

function containersOf({ containers }: PodTemplate): readonly Container[] {
  return containers;
}

function hasAny({ ports }: Container, wanted: readonly Cursor[]): boolean {
  return wanted.some((port) => !port.exists || ports.some(({ name }) => name === port.value));
}

/** Namespaces in which a monitor looks; open if there may be others, outside the set. */
export function readMonitoredNamespaces(
  set: ManifestSet,
  monitor: Manifest,
): { namespaces: readonly string[]; isOpen: boolean } {
  const selector = monitor.at('spec', 'namespaceSelector');
  if (selector.flag('any')) return { namespaces: set.namespaceNames, isOpen: true };
  const named = selector.texts('matchNames');
  const namespaces = named.length > 0 ? named : [monitor.namespace];
  return { namespaces, isOpen: namespaces.some((name) => !set.isComplete(name)) };
}
