import { amount } from '../support/amounts';
import type { Container, Handler, Manifest, RetentionPolicy } from '../support/manifests';
import {
  type ContainerSubject,
  containers,
  objects,
  ofKind,
  servers,
  type WorkloadSubject,
  workloads,
} from '../support/subjects';
import { rule } from './rule';

const deployments = workloads.filter(({ object }) => object.kind === 'Deployment');
const statefulSets = workloads.filter(({ object }) => object.kind === 'StatefulSet');
const jobs = workloads.filter(({ object }) => object.kind === 'CronJob');
/** What is no job, which has one pod and a selector that Kubernetes makes. */
const lasting = workloads.filter((workload) => !jobs.includes(workload));
const scalable = [...deployments, ...statefulSets];
const replicated = scalable.filter((workload) => replicas(workload) > 1);
const stable = [
  'v1',
  'admissionregistration.k8s.io/v1',
  'apps/v1',
  'autoscaling/v2',
  'batch/v1',
  'external-secrets.io/v1',
  'gateway.networking.k8s.io/v1',
  'monitoring.coreos.com/v1',
  'networking.k8s.io/v1',
  'policy/v1',
  'rbac.authorization.k8s.io/v1',
  'scheduling.k8s.io/v1',
];
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const hostLabel = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const objectName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const recommended = ['name', 'instance', 'component', 'part-of', 'managed-by'].map((key) => `app.kubernetes.io/${key}`);

/** What keeps pods running while nodes, releases and neighbours come and go. */
export const reliability = [
  rule('R1', 'containers state CPU and memory, at most their limits', containers, (subject) =>
    states(subject, 'cpu', 'memory'),
  ),
  rule('R2', 'containers state ephemeral storage', containers, (subject) => states(subject, 'ephemeral-storage')),
  rule('R3', 'servers have all three probes, each of which asks one thing', servers, ({ container }) =>
    probesOf(container).every(isWhole),
  ),
  rule('R3p', 'probes ask ports that the container declares', servers, ({ container }) =>
    probesOf(container).every((probe) => isDeclared(probe?.httpGet?.port ?? probe?.tcpSocket?.port, container)),
  ),
  rule(
    'R4',
    'liveness asks something else than readiness, even where named ports count as equal',
    servers,
    ({ container }) => asked(container.livenessProbe) !== asked(container.readinessProbe),
  ),
  rule(
    'R3t',
    'probes allow for a slow start: on a busy node it takes seconds until a program has started',
    servers,
    ({ container }) => probesOf(container).every((probe) => (probe?.timeoutSeconds ?? 1) >= 3),
  ),
  rule(
    'R3s',
    'a sidecar of a store may be slow for half a minute, and does not take the store out of its Service',
    statefulSets.filter(({ pod }) => pod.containers.length > 1),
    ({ object, pod, siblings }) => {
      const [, ...sidecars] = pod.containers;
      // Clients of a replicated cache call its proxy, and only its own pods each other.
      const services = siblings.filter(
        ({ kind, spec }) => kind === 'Service' && spec?.selector?.app === object.metadata.name,
      );
      const client = services.find(({ spec }) => spec?.clusterIP === undefined) ?? services[0];
      return (
        client?.spec?.publishNotReadyAddresses === true &&
        sidecars.every(({ readinessProbe: { timeoutSeconds = 1, periodSeconds = 10, failureThreshold = 3 } = {} }) => {
          return timeoutSeconds >= 10 && periodSeconds * failureThreshold >= 30;
        })
      );
    },
  ),
  rule('R5', 'there are two pods or more', scalable, (workload) => replicas(workload) > 1),
  rule(
    'R6',
    'what an autoscaler scales states no replicas',
    deployments,
    ({ object, siblings }) => autoscalerOf(object, siblings) === undefined || object.spec?.replicas === undefined,
  ),
  rule(
    'R6p',
    'what states no replicas is exempt from the check that wants them, and nothing else is',
    deployments,
    ({ object }) => {
      const exempt = object.metadata.annotations?.['polaris.fairwinds.com/deploymentMissingReplicas-exempt'];
      return (exempt === 'true') === (object.spec?.replicas === undefined);
    },
  ),
  rule(
    'R7',
    'autoscalers have two pods or more, room above, and a target',
    ofKind('HorizontalPodAutoscaler'),
    ({ object, siblings }) => {
      const { minReplicas = 0, maxReplicas = 0, scaleTargetRef: target } = object.spec ?? {};
      const found = siblings.some(({ kind, metadata }) => kind === target?.kind && metadata.name === target?.name);
      return object.apiVersion === 'autoscaling/v2' && minReplicas >= 2 && maxReplicas > minReplicas && found;
    },
  ),
  rule(
    'R8',
    'what has two pods or more has one disruption budget',
    replicated,
    ({ podLabels, siblings }) =>
      siblings.filter((other) => other.kind === 'PodDisruptionBudget' && selects(other, podLabels)).length === 1,
  ),
  rule(
    'R8a',
    'disruption budgets let one pod go',
    ofKind('PodDisruptionBudget'),
    ({ object }) => object.spec?.maxUnavailable === 1,
  ),
  rule(
    'R9',
    'disruption budgets let go what is unhealthy',
    ofKind('PodDisruptionBudget'),
    ({ object }) => object.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow',
  ),
  rule('R10', 'pods keep away from their own kind, on other nodes', scalable, ({ pod, podLabels }) => {
    const terms = pod.affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    return terms.some(
      ({ podAffinityTerm: { topologyKey, labelSelector } }) =>
        topologyKey === 'kubernetes.io/hostname' && matches(labelSelector.matchLabels, podLabels),
    );
  }),
  rule(
    'R11',
    'pods spread over nodes and zones, softly but for two and for a quorum over nodes',
    lasting,
    (workload) => {
      const { pod, podLabels } = workload;
      const constraints = pod.topologySpreadConstraints ?? [];
      const isQuorum = pod.containers.some(({ name }) => name === 'sentinel');
      const keys = constraints.map(({ topologyKey }) => topologyKey).join();
      return (
        keys === 'kubernetes.io/hostname,topology.kubernetes.io/zone' &&
        constraints.every(
          ({ topologyKey, maxSkew, whenUnsatisfiable, labelSelector }) =>
            maxSkew === 1 &&
            matches(labelSelector.matchLabels, podLabels) &&
            (whenUnsatisfiable === 'ScheduleAnyway' ||
              (topologyKey === 'kubernetes.io/hostname' && (replicas(workload) === 2 || isQuorum))),
        )
      );
    },
  ),
  rule('R12', 'pods have a PriorityClass of their own file', workloads, ({ pod, siblings }) =>
    siblings.some(({ kind, metadata }) => kind === 'PriorityClass' && metadata.name === pod.priorityClassName),
  ),
  rule(
    'R13',
    'a rollout takes no pod before another is ready',
    deployments,
    ({ object }) =>
      JSON.stringify(object.spec?.strategy) ===
        '{"rollingUpdate":{"maxSurge":1,"maxUnavailable":0},"type":"RollingUpdate"}' &&
      (object.spec?.minReadySeconds ?? 0) > 0,
  ),
  rule('R14', 'a StatefulSet has its headless Service', statefulSets, ({ object, podLabels, siblings }) =>
    siblings.some(
      ({ kind, metadata, spec }) =>
        kind === 'Service' &&
        metadata.name === object.spec?.serviceName &&
        spec?.clusterIP === 'None' &&
        matches({ ...spec.selector } as Record<string, string>, podLabels),
    ),
  ),
  rule('R15', 'volumes are claimed by one node, with a class and a size', statefulSets, ({ object }) => {
    const claims = object.spec?.volumeClaimTemplates ?? [];
    return (
      claims.length > 0 &&
      claims.every(
        ({ spec }) =>
          spec.accessModes.join() === 'ReadWriteOnce' &&
          (spec.storageClassName ?? '') !== '' &&
          spec.resources.requests.storage !== undefined,
      )
    );
  }),
  rule('R15r', 'volumes outlive what claimed them', statefulSets, ({ object }) =>
    isRetained(object.spec?.persistentVolumeClaimRetentionPolicy),
  ),
  rule(
    'R15l',
    'a claim, which cannot change, carries the label that selects and no other',
    statefulSets,
    ({ object }) =>
      (object.spec?.volumeClaimTemplates ?? []).every(
        ({ metadata }) => JSON.stringify(metadata.labels) === JSON.stringify(object.spec?.selector?.matchLabels),
      ),
  ),
  rule('R16', "a Deployment's pod waits until it gets no more requests, and has time left", deployments, ({ pod }) =>
    pod.containers.every(({ lifecycle }) => {
      const { exec, sleep } = lifecycle?.preStop ?? {};
      const [program, text] = exec?.command ?? [];
      const seconds = program === '/bin/sleep' ? Number(text) : (sleep?.seconds ?? 0);
      return seconds >= 5 && (pod.terminationGracePeriodSeconds ?? 30) > seconds;
    }),
  ),
  rule('R17', 'there is no Job but those of a CronJob', objects, ({ object }) => object.kind !== 'Job'),
  rule(
    'R17c',
    'a CronJob runs one at a time, in a time zone, within a deadline, and keeps what failed',
    jobs,
    (job) => {
      const {
        timeZone,
        concurrencyPolicy,
        startingDeadlineSeconds = 0,
        failedJobsHistoryLimit = 0,
      } = job.object.spec ?? {};
      return (
        timeZone !== undefined &&
        concurrencyPolicy === 'Forbid' &&
        startingDeadlineSeconds >= 600 &&
        failedJobsHistoryLimit > 0
      );
    },
  ),
  rule('R17j', 'a job ends after few attempts, and reports why', jobs, ({ object, pod }) => {
    const {
      backoffLimit = 6,
      activeDeadlineSeconds = 0,
      ttlSecondsAfterFinished,
    } = object.spec?.jobTemplate?.spec ?? {};
    return (
      backoffLimit >= 1 &&
      backoffLimit <= 2 &&
      activeDeadlineSeconds > 0 &&
      ttlSecondsAfterFinished === undefined &&
      pod.restartPolicy === 'Never' &&
      pod.containers.every(({ terminationMessagePolicy }) => terminationMessagePolicy === 'FallbackToLogsOnError')
    );
  }),
  rule('R18', 'selectors find the pods of their workload by one label', lasting, ({ object, podLabels }) => {
    const selector = object.spec?.selector?.matchLabels ?? {};
    return Object.keys(selector).join() === 'app' && matches(selector, podLabels);
  }),
  rule('R18n', 'names are valid, those of Services and namespaces as labels of a host name', objects, ({ object }) =>
    (['Namespace', 'Service'].includes(object.kind) ? hostLabel : objectName).test(object.metadata.name),
  ),
  rule('R18l', 'label values are valid', objects, ({ object }) =>
    [object.metadata.labels, object.spec?.template?.metadata.labels].every((labels) =>
      Object.values(labels ?? {}).every((value) => labelValue.test(value)),
    ),
  ),
  rule('R18e', 'no variable is set twice', containers, ({ container }) =>
    isUnique((container.env ?? []).map(({ name }) => name)),
  ),
  rule('R18p', 'port names fit', containers, ({ container }) =>
    (container.ports ?? []).every(({ name }) => /^[a-z][-a-z0-9]{0,14}$/.test(name)),
  ),
  rule('R19', 'API versions are stable', objects, ({ object }) => stable.includes(object.apiVersion)),
  rule(
    'R20',
    'what belongs to the platform says so',
    objects,
    ({ object: { metadata } }) =>
      metadata.labels?.['app.kubernetes.io/part-of'] === 'veza' &&
      metadata.labels['app.kubernetes.io/managed-by'] === 'cdk8s',
  ),
  rule(
    'R20e',
    'what belongs to an environment says so, or pruning one would remove the other',
    objects,
    ({ where, object: { metadata } }) => metadata.labels?.environment === where.split(/[-. ]/)[0],
  ),
  rule(
    'R21',
    'pods select Linux, which their images are made for',
    workloads,
    ({ pod }) => pod.nodeSelector?.['kubernetes.io/os'] === 'linux',
  ),
  rule(
    'R22',
    'of two pods, one node never has both while another takes pods',
    replicated.filter((workload) => replicas(workload) === 2),
    ({ pod }) =>
      (pod.topologySpreadConstraints ?? []).some(
        ({ topologyKey, maxSkew, whenUnsatisfiable, nodeTaintsPolicy }) =>
          topologyKey === 'kubernetes.io/hostname' &&
          maxSkew === 1 &&
          whenUnsatisfiable === 'DoNotSchedule' &&
          nodeTaintsPolicy === 'Honor',
      ),
  ),
  rule(
    'R23',
    'the sockets of a server are written by the server alone',
    containers,
    ({ container, pod }) =>
      container === pod.containers[0] ||
      (container.volumeMounts ?? []).every(({ name, readOnly }) => name !== 'sockets' || readOnly === true),
  ),
  rule(
    'R24',
    'the services stay when a node is full, and what watches them goes',
    ofKind('PriorityClass').filter(({ object }) => object.metadata.name.includes('-monitoring')),
    ({ object }) => {
      const [environment] = object.metadata.name.split('-monitoring');
      const services = objects.find(({ object: other }) => other.metadata.name === `${environment}-services`);
      return (object.value ?? 0) < (services?.object.value ?? 0);
    },
  ),
  rule(
    'R20w',
    'workloads and their pods carry the recommended labels, the instance being their name',
    workloads,
    ({ object, podLabels }) =>
      [object.metadata.labels ?? {}, podLabels].every(
        (labels) =>
          recommended.every((key) => key in labels) &&
          labels['app.kubernetes.io/instance'] === object.metadata.name &&
          labels['app.kubernetes.io/name'] === object.metadata.name,
      ),
  ),
];

function states({ container: { resources } }: ContainerSubject, ...names: readonly string[]): boolean {
  return names.every((name) => {
    const request = resources.requests[name];
    const limit = resources.limits[name];
    return request !== undefined && limit !== undefined && amount(request) > 0 && amount(request) <= amount(limit);
  });
}

function probesOf({ startupProbe, livenessProbe, readinessProbe }: Container): (Handler | undefined)[] {
  return [startupProbe, livenessProbe, readinessProbe];
}

/** Whether a probe has one handler, and that one what it needs. */
function isWhole({ httpGet, tcpSocket, exec }: Handler = {}): boolean {
  const asks = [httpGet?.path && httpGet.port, tcpSocket?.port, exec?.command.length];
  return asks.filter((subject) => subject !== undefined && subject !== '' && subject !== 0).length === 1;
}

function isRetained(policy: RetentionPolicy | undefined): boolean {
  return policy?.whenDeleted === 'Retain' && policy.whenScaled === 'Retain';
}

function isDeclared(port: number | string | undefined, { ports = [] }: Container): boolean {
  return port === undefined || ports.some(({ name, containerPort }) => name === port || containerPort === port);
}

/** A probe as kube-score compares it: a port's name is no number to it, so all names are one. */
function asked(probe: Handler | undefined): string {
  const { httpGet, tcpSocket, exec } = probe ?? {};
  const number = (port: number | string) => (typeof port === 'number' ? port : 0);
  if (httpGet) return `http ${httpGet.path} ${number(httpGet.port)}`;
  return tcpSocket ? `tcp ${number(tcpSocket.port)}` : `exec ${exec?.command.join(' ')}`;
}

function autoscalerOf({ kind, metadata }: Manifest, siblings: readonly Manifest[]): Manifest | undefined {
  return siblings.find(({ kind: other, spec }) => {
    const target = spec?.scaleTargetRef;
    return other === 'HorizontalPodAutoscaler' && target?.kind === kind && target.name === metadata.name;
  });
}

function replicas({ object, siblings }: WorkloadSubject): number {
  return autoscalerOf(object, siblings)?.spec?.minReplicas ?? object.spec?.replicas ?? 1;
}

function selects({ spec }: Manifest, labels: Readonly<Record<string, string>>): boolean {
  return matches(spec?.selector?.matchLabels ?? {}, labels);
}

function matches(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries(selector);
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value);
}

function isUnique(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
