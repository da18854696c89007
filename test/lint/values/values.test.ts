import { lintManifests } from '../../../lib/lint/lint-manifests';
import { findScheduleProblem, isTimeZone } from '../../../lib/platform/settings/cron-schedule';
import { valueFindings } from './findings';

/** A kind, some of its fields, and what is found: a part of it, where it is refused. */
type Refused = readonly [kind: string, fields: string, finding: string];
type Accepted = readonly [kind: string, fields: string];

function describeRule(rule: string, refused: readonly Refused[], accepted: readonly Accepted[]): void {
  describe(rule, () => {
    test.each(refused)('refuses %s { %s }: %s', (kind, fields, finding) => {
      expect(valueFindings(rule, kind, fields)).toEqual([expect.stringContaining(finding)]);
    });
    test.each(accepted)('accepts %s { %s }', (kind, fields) => {
      expect(valueFindings(rule, kind, fields)).toEqual([]);
    });
  });
}

describeRule(
  'container-values',
  [
    ['Container', 'imagePullPolicy: always', 'imagePullPolicy: "always" is not one of Always, IfNotPresent, Never'],
    ['Container', 'image: ""', 'image: the container has no image'],
    ['Container', 'ports: [{ containerPort: 70000 }]', 'containerPort: 70000 is not from 1 to 65535'],
    [
      'Container',
      'ports: [{ containerPort: 80, name: a-name-of-16-chars }]',
      'name: "a-name-of-16-chars" is not at most 15',
    ],
    ['Container', 'ports: [{ containerPort: 80, name: HTTP }]', 'name: "HTTP" is not at most 15'],
    ['Container', 'ports: [{ containerPort: 80, protocol: tcp }]', 'protocol: "tcp" is not one of TCP, UDP, SCTP'],
    [
      'Container',
      'env: [{ name: A, value: b, valueFrom: { fieldRef: { fieldPath: metadata.name } } }]',
      'env[A].valueFrom: the variable has a value already',
    ],
    [
      'Container',
      'env: [{ name: A, valueFrom: { fieldRef: { fieldPath: status.podIp } } }]',
      'fieldPath: "status.podIp" is not a field that a pod hands on',
    ],
    [
      'Container',
      'env: [{ name: A, valueFrom: { resourceFieldRef: { resource: cpu } } }]',
      'resource: "cpu" is not limits.… or requests.…',
    ],
    ['Container', 'env: [{ name: A, valueFrom: {} }]', 'env[A].valueFrom: one of configMapKeyRef, secretKeyRef'],
    ['Container', 'envFrom: [{ prefix: A_ }]', 'envFrom[0]: one of configMapRef, secretRef must be stated'],
    [
      'Container',
      'resources: { limits: { nvidia.com/gpu: 500m } }',
      'limits[nvidia.com/gpu]: there is no part of a nvidia.com/gpu',
    ],
    [
      'Container',
      'resources: { requests: { nvidia.com/gpu: 1 } }',
      'requests[nvidia.com/gpu]: nvidia.com/gpu needs a limit',
    ],
    ['Container', 'volumeMounts: [{ name: a, mountPath: / }]', 'mountPath: "/" is not a path below "/"'],
    ['Container', 'restartPolicy: always', 'restartPolicy: "always" is not one of Always'],
    [
      'Container',
      'volumeMounts: [{ name: a, mountPath: /a, mountPropagation: Bidirectional }]',
      'mountPropagation: only a privileged container hands its mounts on',
    ],
    [
      'Container',
      'livenessProbe: { successThreshold: 2, exec: { command: [a] } }',
      'successThreshold: a livenessProbe succeeds with the first success',
    ],
    ['Container', 'startupProbe: { periodSeconds: -1, exec: { command: [a] } }', 'periodSeconds: -1 is not at least 0'],
    ['Container', 'readinessProbe: { periodSeconds: 5 }', 'readinessProbe: one of exec, httpGet, tcpSocket, grpc'],
    [
      'Container',
      'readinessProbe: { tcpSocket: { port: 80 }, httpGet: { port: 80 } }',
      'only one of tcpSocket and httpGet may be stated',
    ],
    [
      'Container',
      'volumeMounts: [{ name: a, mountPath: /a, subPath: ../b }]',
      'subPath: "../b" is not a relative path',
    ],
    ['Container', 'securityContext: { privileged: true, allowPrivilegeEscalation: false }', 'can always escalate'],
    [
      'Container',
      'resources: { requests: { cpu: 2 }, limits: { cpu: 500m } }',
      'the request 2 is above the limit 500m',
    ],
    ['Container', 'resources: { limits: { memory: 512m } }', 'limits.memory: 512m is 0.512 bytes'],
    ['Container', 'resources: { limits: { cpus: 1 } }', 'there is no resource "cpus"'],
    ['Container', 'resources: { limits: { cpu: -1 } }', 'the amount is negative'],
    [
      'Container',
      'resources: { requests: { nvidia.com/gpu: 1 }, limits: { nvidia.com/gpu: 2 } }',
      'nvidia.com/gpu cannot be overcommitted',
    ],
  ],
  [
    ['Container', 'imagePullPolicy: IfNotPresent, terminationMessagePolicy: FallbackToLogsOnError'],
    ['Container', 'ports: [{ containerPort: 80, name: web }, { containerPort: 80, name: web-2, protocol: UDP }]'],
    ['Container', 'ports: [{ containerPort: 65535, name: http-metrics-15, hostPort: 0 }]'],
    ['Container', 'env: [{ name: A }, { name: b.c-d, value: "" }]'],
    ['Container', 'env: [{ name: A, value: "", valueFrom: { fieldRef: { fieldPath: metadata.name } } }]'],
    [
      'Container',
      `env: [{ name: A, valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }, { name: B, valueFrom: { fieldRef: { fieldPath: status.podIPs } } }, { name: C, valueFrom: { resourceFieldRef: { resource: limits.memory, divisor: 1Mi } } }]`,
    ],
    ['Container', 'livenessProbe: { exec: { command: [a] }, successThreshold: 1, failureThreshold: 30 }'],
    ['Container', 'readinessProbe: { httpGet: { port: web, scheme: HTTPS }, successThreshold: 3 }'],
    ['Container', 'lifecycle: { preStop: { exec: { command: [sleep, "5"] } } }'],
    ['Container', 'resources: { requests: { cpu: 0.1, memory: 0.1Gi }, limits: { memory: 107374182400m } }'],
    [
      'Container',
      'resources: { requests: { memory: 1Gi }, limits: { memory: 1024Mi, hugepages-2Mi: 4Mi, a.org/b: 1 } }',
    ],
    ['Container', 'volumeMounts: [{ name: a, mountPath: /a, subPath: b/c..d }]'],
    ['Container', 'securityContext: { runAsUser: 0, allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }'],
  ],
);

describeRule(
  'pod-values',
  [
    ['Pod', 'restartPolicy: never', 'restartPolicy: "never" is not one of Always, OnFailure, Never'],
    ['Pod', 'dnsPolicy: None', 'dnsPolicy: None needs name servers'],
    ['Pod', 'initContainers: [{ name: a, image: b }]', 'containers[0]: there is another container "a"'],
    [
      'Pod',
      'initContainers: [{ name: b, image: b, readinessProbe: { tcpSocket: { port: 80 } } }]',
      'initContainers[0].readinessProbe: an init container takes none',
    ],
    [
      'Pod',
      'initContainers: [{ name: b, image: b, lifecycle: { preStop: { exec: { command: [a] } } } }]',
      'initContainers[0].lifecycle: an init container takes none',
    ],
    [
      'Pod',
      'volumes: [{ name: a, projected: { sources: [{ serviceAccountToken: { path: a, expirationSeconds: 60 } }] } }]',
      'expirationSeconds: 60 is not at least 600',
    ],
    ['Pod', 'hostAliases: [{ ip: 10.0.0, hostnames: [a] }]', 'hostAliases[0].ip: "10.0.0" is not an address'],
    ['Pod', 'volumes: [{ name: a }, { name: a }]', 'volumes[1]: there is another volume "a"'],
    [
      'Pod',
      'volumes: [{ name: a, emptyDir: {}, configMap: { name: b, optional: true } }]',
      'only one of emptyDir and configMap',
    ],
    ['Pod', 'volumes: [{ name: a_b, emptyDir: {} }]', 'name: "a_b" is not at most 63 lower-case letters'],
    [
      'Pod',
      'volumes: [{ name: a, secret: { secretName: b, optional: true, defaultMode: 600 } }]',
      'mode 600 is above 0777',
    ],
    [
      'Pod',
      'volumes: [{ name: a, secret: { secretName: b, optional: true, defaultMode: 400 } }]',
      'the mode 400 is 0620',
    ],
    ['Pod', 'volumes: [{ name: a, hostPath: { path: /a, type: Dir } }]', 'type: "Dir" is not one of'],
    ['Pod', 'volumes: [{ name: a, emptyDir: { medium: memory } }]', 'medium: "memory" is not one of'],
    ['Pod', 'hostname: web.example.org', 'hostname: "web.example.org" is not at most 63'],
    ['Pod', 'securityContext: { runAsNonRoot: true, runAsUser: 0 }', 'securityContext.runAsUser: runAsNonRoot is true'],
    ['Pod', 'hostPID: true, shareProcessNamespace: true', 'the pod has hostPID already'],
    [
      'Container',
      'ports: [{ containerPort: 1, hostPort: 80 }, { containerPort: 2, hostPort: 80 }]',
      'is taken by another',
    ],
  ],
  [
    ['Pod', 'restartPolicy: Always, dnsPolicy: ClusterFirstWithHostNet, hostNetwork: true'],
    ['Pod', 'dnsPolicy: None, dnsConfig: { nameservers: [192.0.2.1] }'],
    ['Pod', 'initContainers: [{ name: b, image: b }], volumes: [{ name: a }, { name: b, emptyDir: null }]'],
    [
      'Pod',
      'initContainers: [{ name: b, image: b, restartPolicy: Always, startupProbe: { tcpSocket: { port: 80 } } }]',
    ],
    ['Pod', 'hostAliases: [{ ip: "::1", hostnames: [a] }, { ip: 127.0.0.1, hostnames: [b] }]'],
    ['Pod', 'volumes: [{ name: a, emptyDir: { medium: Memory } }, { name: b, hostPath: { path: /a, type: "" } }]'],
    ['Pod', 'volumes: [{ name: a, secret: { secretName: b, optional: true, defaultMode: 0400 } }]'],
    ['Pod', 'volumes: [{ name: a, secret: { secretName: b, optional: true, defaultMode: 420 } }]'],
    ['Pod', 'volumes: [{ name: a, configMap: { name: b, optional: true, defaultMode: 0o755 } }]'],
    ['Pod', 'securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 0 }'],
    ['Pod', 'securityContext: { runAsNonRoot: false, runAsUser: 0 }, serviceAccountName: ""'],
    ['Container', 'ports: [{ containerPort: 1, hostPort: 80 }, { containerPort: 2, hostPort: 80, protocol: UDP }]'],
  ],
);

const nodeTerm = (requirement: string) =>
  `affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: zone, ${requirement} }] }] } } }`;

describeRule(
  'scheduling-values',
  [
    ['Pod', 'nodeSelector: { zone: "a b" }', 'nodeSelector.zone: "a b" is not a valid value of a label'],
    ['Service', 'clusterIP: None, selector: { app: "a/b" }', 'selector.app: "a/b" is not a valid value'],
    [
      'NetworkPolicy',
      'ingress: [{ from: [{ podSelector: { matchLabels: { app: "-a" } } }] }]',
      '"-a" is not a valid value',
    ],
    ['Pod', nodeTerm('operator: Equals, values: [a]'), 'operator: "Equals" is not one of In, NotIn'],
    ['Pod', nodeTerm('operator: In'), 'values: In needs values'],
    ['Pod', nodeTerm('operator: Exists, values: [a]'), 'values: Exists takes no values'],
    ['Pod', nodeTerm('operator: Gt, values: [a]'), 'values: Gt takes one integer'],
    ['Pod', 'tolerations: [{ key: a, operator: Exists, value: b }]', 'value: Exists takes no value'],
    ['Pod', 'tolerations: [{ operator: Equal, value: b }]', 'operator: without a key, only Exists is possible'],
    ['Pod', 'tolerations: [{ key: a, operator: Exists, effect: NoExec }]', 'effect: "NoExec" is not one of'],
    ['Pod', 'tolerations: [{ key: a, operator: Exists, tolerationSeconds: 5 }]', 'only a taint that evicts'],
    [
      'Pod',
      'topologySpreadConstraints: [{ maxSkew: 0, topologyKey: zone, whenUnsatisfiable: DoNotSchedule }]',
      'maxSkew: 0 is not at least 1',
    ],
    [
      'Pod',
      'topologySpreadConstraints: [{ maxSkew: 1, topologyKey: zone, whenUnsatisfiable: Never }]',
      'whenUnsatisfiable: "Never" is not one of',
    ],
    [
      'Pod',
      'affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, podAffinityTerm: { topologyKey: zone } }] } }',
      'weight: 0 is not from 1 to 100',
    ],
    [
      'Deployment',
      'minReadySeconds: 0, selector: { matchExpressions: [{ key: app, operator: in, values: [a] }] }',
      '"in" is not one of',
    ],
  ],
  [
    ['Pod', 'nodeSelector: { zone: "", kubernetes.io/os: linux }'],
    ['Pod', nodeTerm('operator: In, values: [a, b]')],
    ['Pod', nodeTerm('operator: DoesNotExist')],
    ['Pod', nodeTerm('operator: Gt, values: ["5"]')],
    ['Pod', nodeTerm('operator: Exists, values: []')],
    ['Pod', 'tolerations: [{ operator: Exists }]'],
    ['Pod', 'tolerations: [{ key: a, value: b, effect: NoExecute, tolerationSeconds: 30 }]'],
    ['Pod', 'tolerations: [{ key: a, operator: Exists, effect: "" }]'],
    [
      'Pod',
      'topologySpreadConstraints: [{ maxSkew: 1, minDomains: 3, topologyKey: zone, whenUnsatisfiable: DoNotSchedule }]',
    ],
    [
      'Pod',
      'topologySpreadConstraints: [{ maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway }, { maxSkew: 1, topologyKey: b, whenUnsatisfiable: ScheduleAnyway }]',
    ],
    [
      'Pod',
      'affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: { topologyKey: zone, labelSelector: {} } }] } }',
    ],
  ],
);

describeRule(
  'workload-values',
  [
    ['Job', 'backoffLimitPerIndex: 2', 'backoffLimitPerIndex: the pods of this Job have no index'],
    [
      'Deployment',
      'strategy: { type: Recreate, rollingUpdate: { maxSurge: 1 } }',
      'rollingUpdate: Recreate has no rolling',
    ],
    ['Deployment', 'strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0% } }', 'are both 0'],
    [
      'Deployment',
      'strategy: { rollingUpdate: { maxSurge: half } }',
      'maxSurge: "half" is not a number or a percentage',
    ],
    ['Deployment', 'strategy: { type: Rolling }', 'type: "Rolling" is not one of Recreate, RollingUpdate'],
    ['Deployment', 'replicas: -1', 'replicas: -1 is not at least 0'],
    ['Deployment', 'minReadySeconds: 600', 'minReadySeconds: progressDeadlineSeconds is 600, and minReadySeconds 600'],
    ['DaemonSet', 'updateStrategy: { rollingUpdate: { maxSurge: 1 } }', 'one of maxSurge and maxUnavailable'],
    ['StatefulSet', 'podManagementPolicy: parallel', 'podManagementPolicy: "parallel" is not one of'],
    [
      'StatefulSet',
      'updateStrategy: { type: OnDelete, rollingUpdate: { partition: 1 } }',
      'OnDelete has no rolling update',
    ],
    ['Job', 'completionMode: Indexed', 'completionMode: Indexed needs completions'],
    ['Job', 'selector: { matchLabels: { a: b } }', 'selector: Kubernetes generates the selector'],
    ['Job', 'backoffLimit: -1', 'backoffLimit: -1 is not at least 0'],
    ['CronJob', 'schedule: "* * * *"', 'schedule: a schedule has five fields'],
    ['CronJob', 'schedule: "@daily", timeZone: Europe/Pariss', 'timeZone: "Europe/Pariss" is not a time zone'],
    ['CronJob', 'schedule: "@daily", concurrencyPolicy: forbid', 'concurrencyPolicy: "forbid" is not one of'],
  ],
  [
    ['Deployment', 'strategy: { type: Recreate }, replicas: 0'],
    ['Deployment', 'strategy: { type: Recreate, rollingUpdate: null }'],
    ['Deployment', 'strategy: { rollingUpdate: { maxSurge: 25%, maxUnavailable: 0 } }'],
    ['Deployment', 'minReadySeconds: 30, progressDeadlineSeconds: 60'],
    ['DaemonSet', 'updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }'],
    ['DaemonSet', 'updateStrategy: { type: RollingUpdate, rollingUpdate: { maxUnavailable: 10% } }'],
    ['StatefulSet', 'podManagementPolicy: Parallel, updateStrategy: { rollingUpdate: { partition: 0 } }'],
    ['Job', 'completionMode: Indexed, completions: 5, parallelism: 0'],
    ['Job', 'manualSelector: true, selector: { matchLabels: { a: b } }'],
    ['CronJob', 'schedule: "0 3 * * mon-fri", timeZone: Europe/Paris, concurrencyPolicy: Forbid'],
    ['CronJob', 'schedule: "*/5 0-23/2 1,15 JAN ?", timeZone: Etc/UTC'],
  ],
);

test.each([
  ['Deployment', 'apps/v1', 'OnFailure', 'these pods restart Always, not OnFailure'],
  ['StatefulSet', 'apps/v1', 'Never', 'these pods restart Always, not Never'],
  ['DaemonSet', 'apps/v1', 'Always', undefined],
  ['Job', 'batch/v1', 'Always', 'the pods of a Job cannot restart Always'],
  ['Job', 'batch/v1', undefined, 'the pods of a Job cannot restart Always, which is the default'],
  ['Job', 'batch/v1', 'OnFailure', undefined],
])('workload-values: a %s of %s whose pods restart %s: %s', (kind, apiVersion, restartPolicy, message) => {
  const labels = { app: 'a' };
  const template = { metadata: { labels }, spec: { restartPolicy, containers: [{ name: 'a', image: 'a:1' }] } };
  const selector = kind === 'Job' ? undefined : { matchLabels: labels };
  const object = { apiVersion, kind, metadata: { name: 'a' }, spec: { selector, template } };
  const messages = lintManifests([object], { policy: false }).map((finding) => finding.message);
  expect(messages).toEqual(message === undefined ? [] : [message]);
});

test.each(['* * * * *', '@every 1h30m', '@yearly', '59 23 31 12 6', '0 0 1-5,10 * sun', '5/15 * * * *'])(
  'the schedule %s exists',
  (text) => {
    expect(findScheduleProblem(text)).toBeUndefined();
  },
);

test.each([
  '',
  '* * * * * *',
  '60 * * * *',
  '0 0 0 * *',
  '* * * * 7',
  '*/0 * * * *',
  '5-1 * * * *',
  '@reboot',
  'TZ=UTC * * * * *',
  '0 0 L * *',
])('the schedule "%s" does not exist', (text) => {
  expect(findScheduleProblem(text)).toBeDefined();
});

test('time zones are those of the IANA database', () => {
  expect(['Europe/Paris', 'Etc/UTC', 'UTC', 'US/Pacific'].map(isTimeZone)).toEqual([true, true, true, true]);
  expect(['Local', '+02:00', 'Europe/Pariss', ''].map(isTimeZone)).toEqual([false, false, false, false]);
});

describeRule(
  'service-values',
  [
    [
      'Service',
      'clusterIP: None, ports: [{ port: 80, name: a }, { port: 81 }]',
      'ports[1].name: of several ports, each needs a name',
    ],
    [
      'Service',
      'clusterIP: None, ports: [{ port: 80, name: a }, { port: 81, name: a }]',
      'another port has the name "a"',
    ],
    [
      'Service',
      'clusterIP: None, ports: [{ port: 80, name: a }, { port: 80, name: b }]',
      'there is another port 80/TCP',
    ],
    ['Service', 'type: Loadbalancer, ports: [{ port: 80 }]', 'type: "Loadbalancer" is not one of'],
    ['Service', 'type: ExternalName', 'externalName: an ExternalName needs a name'],
    [
      'Service',
      'type: ExternalName, externalName: "https://example.org"',
      'externalName: "https://example.org" is not a host name',
    ],
    ['Service', 'type: ClusterIP', 'ports: a Service needs a port'],
    ['Service', 'clusterIP: none, ports: [{ port: 80 }]', 'clusterIP: "none" is not an address'],
    ['Service', 'ports: [{ port: 0 }]', 'port: 0 is not from 1 to 65535'],
    ['Service', 'ports: [{ port: 80, targetPort: a-name-of-16-chars }]', 'targetPort: "a-name-of-16-chars" is not'],
    ['Service', 'ports: [{ port: 80, nodePort: 30080 }]', 'nodePort: a Service of type ClusterIP has no node ports'],
    ['Service', 'type: NodePort, ports: [{ port: 80, nodePort: 8080 }]', 'nodePort: 8080 is not from 30000 to 32767'],
    ['Service', 'type: NodePort, clusterIP: None, ports: [{ port: 80 }]', 'clusterIP: a NodePort cannot be headless'],
    ['Service', 'externalTrafficPolicy: Local, ports: [{ port: 80 }]', 'a ClusterIP gets no traffic from outside'],
  ],
  [
    ['Service', 'ports: [{ port: 80 }]'],
    ['Service', 'ports: [{ port: 53, name: dns, protocol: UDP }, { port: 53, name: dns-tcp, protocol: TCP }]'],
    ['Service', 'clusterIP: None'],
    ['Service', 'type: ExternalName, externalName: db.example.org.'],
    ['Service', 'type: ExternalName, externalName: db.example.org, ports: [{ port: 5432 }]'],
    ['Service', 'type: NodePort, ports: [{ port: 80, nodePort: 30080, targetPort: http-metrics-15 }]'],
    ['Service', 'type: LoadBalancer, externalTrafficPolicy: Local, ports: [{ port: 443 }]'],
    ['Service', 'externalIPs: [192.0.2.1], externalTrafficPolicy: Local, ports: [{ port: 443 }]'],
    [
      'Service',
      'sessionAffinity: ClientIP, sessionAffinityConfig: { clientIP: { timeoutSeconds: 600 } }, ports: [{ port: 1 }]',
    ],
    ['Service', 'type: LoadBalancer, ports: [{ port: 80, nodePort: 0 }], ipFamilyPolicy: PreferDualStack'],
  ],
);

test('service-values: a node port that two Services state', () => {
  const service = (name: string, protocol: string) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop' },
    spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080, protocol }] },
  });
  const messages = (...objects: object[]) => lintManifests(objects, { policy: false }).map(({ message }) => message);
  expect(messages(service('a', 'TCP'), service('b', 'TCP'))).toEqual([
    'node port 30080/TCP is taken by Service shop/a',
  ]);
  expect(messages(service('a', 'TCP'), service('b', 'UDP'))).toEqual([]);
});

describeRule(
  'network-values',
  [
    ['Path', 'path: /, pathType: prefix', 'pathType: "prefix" is not one of Exact, Prefix'],
    ['Path', 'path: api, pathType: Prefix', 'path: a path begins with "/" (got "api")'],
    ['Path', 'pathType: Exact', 'path: a path begins with "/" (got "")'],
    ['Path', 'path: /a//b, pathType: Prefix', 'path: "/a//b" is not a normalized path'],
    ['Ingress', 'ingressClassName: nginx', 'rules: an Ingress needs rules or a default backend'],
    ['Ingress', 'rules: [{ host: 192.0.2.1 }]', 'host: 192.0.2.1 is an address, not a name'],
    ['Ingress', 'rules: [{ host: "a.*.example.org" }]', 'host: "a.*.example.org" is not a host name'],
    ['Ingress', 'defaultBackend: {}', 'defaultBackend: one of service, resource must be stated'],
    ['Ingress', 'defaultBackend: { service: { name: a } }', 'service.port: the backend has no port'],
    ['NetworkPolicy', 'policyTypes: [ingress]', 'policyTypes[0]: "ingress" is not one of Ingress, Egress'],
    [
      'NetworkPolicy',
      'ingress: [{ ports: [{ port: 80, endPort: 70 }] }]',
      'endPort: the range ends at 70, before it begins',
    ],
    ['NetworkPolicy', 'ingress: [{ ports: [{ port: http, endPort: 90 }] }]', 'endPort: a range begins with a number'],
    [
      'NetworkPolicy',
      'ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0 } }] }]',
      'cidr: "10.0.0.0" is not a range of addresses',
    ],
    [
      'NetworkPolicy',
      'ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [11.0.0.0/16] } }] }]',
      '11.0.0.0/16 is not within',
    ],
    [
      'NetworkPolicy',
      'ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 }, podSelector: {} }] }]',
      'cannot be joined with podSelector',
    ],
    ['NetworkPolicy', 'ingress: [{ from: [{}] }]', 'from[0]: the peer states nothing'],
  ],
  [
    ['Path', 'path: /, pathType: Prefix'],
    ['Path', 'pathType: ImplementationSpecific'],
    ['Path', 'path: "/api(/|$)(.*)", pathType: ImplementationSpecific'],
    ['Path', 'path: /.well-known/a..b, pathType: Exact'],
    ['Ingress', 'defaultBackend: { service: { name: a, port: { name: http } } }'],
    ['Ingress', 'rules: [{ host: "*.example.org" }, { host: "" }]'],
    ['Ingress', 'defaultBackend: { resource: { apiGroup: example.org, kind: Bucket, name: a } }'],
    ['NetworkPolicy', 'policyTypes: [Ingress, Egress]'],
    ['NetworkPolicy', 'egress: [{ to: [{ ipBlock: { cidr: "::/0", except: ["fd00::/8"] } }] }]'],
    [
      'NetworkPolicy',
      'egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8] } }], ports: [{ port: 32000, endPort: 32768 }] }]',
    ],
    ['NetworkPolicy', 'ingress: [{}], egress: [{ ports: [{ port: 53, protocol: UDP }] }]'],
    ['NetworkPolicy', 'ingress: [{ from: [{ namespaceSelector: {}, podSelector: {} }] }]'],
  ],
);

describeRule(
  'config-values',
  [
    ['ConfigMap', 'data: { conf.d/app.conf: a }', 'data[conf.d/app.conf]: "conf.d/app.conf" is not a valid key'],
    ['ConfigMap', 'data: { "a b": a }', '"a b" is not a valid key'],
    ['ConfigMap', 'data: { "..a": a }', '"..a" is not a valid key'],
    ['ConfigMap', `data: { ${'k'.repeat(254)}: a }`, 'is not a valid key'],
    [
      'ConfigMap',
      'data: { a: b }, binaryData: { a: YQ== }'.replace(', b', '\nb'),
      'binaryData.a: data has a key "a" too',
    ],
    ['ConfigMap', `data: { a: ${'x'.repeat(2 ** 20 + 1)} }`, 'data: the values have 1025 KiB, of at most 1024'],
    ['Secret', 'stringData: { a/b: c }', '"a/b" is not a valid key'],
    [
      'Secret',
      'type: kubernetes.io/tls\ndata: { tls.crt: "" }',
      'a Secret of type kubernetes.io/tls needs the key "tls.key"',
    ],
    ['Secret', 'type: kubernetes.io/dockerconfigjson', 'needs the key ".dockerconfigjson"'],
    [
      'Secret',
      'type: kubernetes.io/dockerconfigjson\nstringData: { .dockerconfigjson: user }',
      'stringData[.dockerconfigjson]: the logins of registries are not valid JSON',
    ],
    [
      'Secret',
      'type: kubernetes.io/dockercfg\ndata: { .dockercfg: dXNlcg== }',
      'data[.dockercfg]: the logins of registries are not valid JSON',
    ],
    ['Secret', 'type: kubernetes.io/basic-auth\nstringData: { user: a }', 'needs a username or password'],
    ['Secret', 'type: kubernetes.io/service-account-token', 'a token is for an account'],
  ],
  [
    ['ConfigMap', 'data: { app.env: a, _b-C.9: c, ".hidden": d }'],
    ['ConfigMap', 'data: { a: b }\nbinaryData: { c: YQ== }'],
    ['ConfigMap', `data: { a: ${'x'.repeat(2 ** 20)} }`],
    ['ConfigMap', `binaryData: { a: "${'AAAA'.repeat(2 ** 18)}" }`],
    ['ConfigMap', 'immutable: true'],
    ['Secret', 'stringData: { a: b }\ndata: { a: YQ== }'],
    ['Secret', 'type: kubernetes.io/tls\ndata: { tls.crt: "", tls.key: "" }'],
    ['Secret', 'type: kubernetes.io/tls\nstringData: { tls.crt: a }\ndata: { tls.key: "" }'],
    ['Secret', 'type: kubernetes.io/basic-auth\nstringData: { username: a }'],
    ['Secret', 'type: example.org/own'],
  ],
);

const size = 'resources: { requests: { storage: 1Gi } }';

describeRule(
  'storage-values',
  [
    ['Claim', `accessModes: [RWO], ${size}`, 'accessModes[0]: "RWO" is not one of ReadWriteOnce'],
    ['Claim', size, 'accessModes: there is no access mode'],
    ['Claim', 'accessModes: [ReadWriteOnce]', 'resources.requests.storage: the size must be stated'],
    [
      'Claim',
      'accessModes: [ReadWriteOnce], resources: { requests: { storage: 0 } }',
      'storage: the size must be stated',
    ],
    ['Claim', `accessModes: [ReadWriteOnce, ReadWriteOncePod], ${size}`, 'ReadWriteOncePod excludes every other mode'],
    ['Claim', `accessModes: [ReadWriteOnce], volumeMode: block, ${size}`, 'volumeMode: "block" is not one of'],
    ['StorageClass', 'reclaimPolicy: Keep', 'reclaimPolicy: "Keep" is not one of Retain, Delete'],
    ['StorageClass', 'volumeBindingMode: Wait', 'volumeBindingMode: "Wait" is not one of'],
    ['StatefulSet', `volumeClaimTemplates: [{ metadata: { name: d }, spec: { ${size} } }]`, 'there is no access mode'],
  ],
  [
    ['Claim', `accessModes: [ReadWriteOnce], ${size}`],
    ['Claim', `accessModes: [ReadWriteMany, ReadOnlyMany], storageClassName: "", ${size}`],
    ['Claim', `accessModes: [ReadWriteOncePod], volumeMode: Block, ${size}`],
    ['StorageClass', 'reclaimPolicy: Retain\nvolumeBindingMode: WaitForFirstConsumer'],
    ['StorageClass', 'allowVolumeExpansion: true'],
    [
      'StatefulSet',
      `volumeClaimTemplates: [{ metadata: { name: d }, spec: { accessModes: [ReadWriteOnce], ${size} } }]`,
    ],
  ],
);

const cpu = 'resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } }';

describeRule(
  'scaling-values',
  [
    [
      'Autoscaler',
      'minReplicas: 0, maxReplicas: 3, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]',
      'minReplicas: minReplicas is 0 without a metric of type Object or External',
    ],
    ['Autoscaler', 'minReplicas: 5, maxReplicas: 3', 'minReplicas: minReplicas is 5, above maxReplicas, which is 3'],
    [
      'Autoscaler',
      'maxReplicas: 3, metrics: [{ type: Resource }]',
      'metrics[0].resource: a metric of type Resource needs resource',
    ],
    ['Autoscaler', `maxReplicas: 3, metrics: [{ type: resource, ${cpu} }]`, 'type: "resource" is not one of'],
    [
      'Autoscaler',
      'maxReplicas: 3, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageValue: 1 } } }]',
      'averageUtilization: a target of type Utilization needs averageUtilization',
    ],
    [
      'Autoscaler',
      'maxReplicas: 3, behavior: { scaleDown: { stabilizationWindowSeconds: 7200 } }',
      '7200 is not from 0 to 3600',
    ],
    [
      'Autoscaler',
      'maxReplicas: 3, behavior: { scaleUp: { policies: [{ type: Percentage, value: 1, periodSeconds: 1 }] } }',
      'type: "Percentage" is not one of Pods, Percent',
    ],
    ['Budget', 'minAvailable: 1, maxUnavailable: 1, selector: {}', 'only one of minAvailable and maxUnavailable'],
    ['Budget', 'minAvailable: most, selector: {}', 'minAvailable: "most" is not a number or a percentage'],
    ['Quota', 'hard: { request.cpu: 4 }', 'hard[request.cpu]: a quota has no resource request.cpu'],
    ['Quota', 'hard: { pods: 4 }, scopes: [Terminated]', 'scopes[0]: "Terminated" is not one of Terminating'],
    ['LimitRange', 'type: container', 'type: "container" is not one of Container, Pod'],
    ['LimitRange', 'type: Container, default: { cpu: 2 }, max: { cpu: 1 }', 'default.cpu: 2 is above max, which is 1'],
    ['PriorityClass', 'value: 2000000000', 'value: 2000000000 is for Kubernetes itself'],
  ],
  [
    ['Autoscaler', 'maxReplicas: 3'],
    ['Autoscaler', `minReplicas: 3, maxReplicas: 3, metrics: [{ type: Resource, ${cpu} }]`],
    [
      'Autoscaler',
      'maxReplicas: 3, metrics: [{ type: Pods, pods: { metric: { name: a }, target: { type: AverageValue, averageValue: 500m } } }]',
    ],
    [
      'Autoscaler',
      'maxReplicas: 3, metrics: [{ type: ContainerResource, containerResource: { name: cpu, container: a, target: { type: AverageValue, averageValue: 1 } } }]',
    ],
    ['Autoscaler', 'maxReplicas: 3, behavior: { scaleDown: { selectPolicy: Disabled } }'],
    ['Budget', 'maxUnavailable: 30%, selector: {}'],
    ['Budget', 'minAvailable: 0, unhealthyPodEvictionPolicy: AlwaysAllow, selector: {}'],
    [
      'LimitRange',
      'type: Container, min: { cpu: 10m }, defaultRequest: { cpu: 100m }, default: { cpu: 1 }, max: { cpu: 1000m }',
    ],
    ['LimitRange', 'type: openshift.io/Image, max: { storage: 1Gi }'],
    [
      'Quota',
      'hard: { cpu: 1, requests.memory: 1Gi, limits.ephemeral-storage: 1Gi, requests.storage: 1Gi, services.nodeports: 0, count/jobs.batch: 3, requests.nvidia.com/gpu: 1, hugepages-2Mi: 4Mi }, scopes: [BestEffort]',
    ],
    [
      'Autoscaler',
      'minReplicas: 0, maxReplicas: 3, metrics: [{ type: External, external: { metric: { name: a }, target: { type: Value, value: 1 } } }]',
    ],
    ['PriorityClass', 'value: -5\npreemptionPolicy: Never'],
  ],
);

const binding = (role: string, subject: string) =>
  `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${role}, name: cluster-admin }\nsubjects: [{ ${subject} }]`;

describeRule(
  'definition-values',
  [
    [
      'Definition',
      'group: example.com, scope: Namespaced, versions: [$v1]',
      'metadata.name: the name is not that of its plural and group',
    ],
    ['Definition', 'group: example.org, scope: Namespaced, versions: [$v1, $v2]', 'versions: 2 versions are stored'],
    [
      'Definition',
      'group: example.org, scope: Namespaced, versions: [{ name: v1, served: true, storage: true }]',
      'versions[0].schema: the version has no schema',
    ],
    ['Definition', 'group: example.org, scope: namespaced, versions: [$v1]', 'scope: "namespaced" is not one of'],
    ['Webhook', 'name: pods', 'webhooks[0].name: "pods" is not a domain of three or more parts'],
    ['Webhook', 'name: a.example.org, failurePolicy: Failed', 'failurePolicy: "Failed" is not one of'],
  ].map(([kind = '', fields = '', finding = '']): Refused => [kind, withVersions(fields), finding]),
  [
    ['Definition', withVersions('group: example.org, scope: Namespaced, versions: [$v1]')],
    ['Webhook', 'name: a.example.org'],
  ],
);

/** Versions of a definition, each with a schema. */
function withVersions(fields: string): string {
  return fields.replace(
    /\$(v\d)/g,
    '{ name: $1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }',
  );
}

describeRule(
  'access-values',
  [
    ['Role', 'apiGroups: [""], resources: [pods], verbs: []', 'verbs: the list is empty'],
    ['Role', 'resources: [pods], verbs: [get]', 'apiGroups: the rule states no group'],
    ['Role', 'apiGroups: [apps], verbs: [get]', 'resources: the rule states no resources'],
    ['Role', 'nonResourceURLs: [/metrics], verbs: [get]', 'nonResourceURLs: a Role is for a namespace'],
    ['ClusterRole', 'apiGroups: [""], resources: [pods], nonResourceURLs: [/a], verbs: [get]', 'exclude each other'],
    ['ClusterRoleBinding', binding('Role', 'kind: User, name: a'), 'roleRef.kind: it binds a ClusterRole only'],
    [
      'ClusterRoleBinding',
      binding('ClusterRole', 'kind: ServiceAccount, name: a'),
      'namespace: the account has no namespace',
    ],
    ['ClusterRoleBinding', binding('ClusterRole', 'kind: Users, name: a'), 'kind: "Users" is not one of'],
    [
      'ClusterRoleBinding',
      binding('ClusterRole', 'kind: ServiceAccount, name: a, namespace: b, apiGroup: rbac.authorization.k8s.io'),
      'apiGroup: a ServiceAccount is in no group',
    ],
  ],
  [
    ['Role', 'apiGroups: [""], resources: [pods], verbs: ["*"]'],
    ['Role', 'apiGroups: ["*"], resources: ["*"], resourceNames: [a], verbs: [get]'],
    ['ClusterRole', 'nonResourceURLs: [/metrics], verbs: [get]'],
    ['ClusterRoleBinding', binding('ClusterRole', 'kind: ServiceAccount, name: a, namespace: b')],
    ['ClusterRoleBinding', binding('ClusterRole', 'kind: ServiceAccount, name: a, namespace: b, apiGroup: ""')],
    [
      'ClusterRoleBinding',
      binding('ClusterRole', 'kind: Group, name: "system:masters", apiGroup: rbac.authorization.k8s.io'),
    ],
  ],
);

test('access-values: a Kustomization fills in the namespace of an account', () => {
  const cluster = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'a' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'a' }],
  };
  const kustomization = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', namespace: 'shop' };
  const rulesFor = (...objects: object[]) => lintManifests(objects, { policy: false }).map(({ rule }) => rule);
  expect(rulesFor(cluster)).toContain('access-values');
  expect(rulesFor(cluster, kustomization)).not.toContain('access-values');
});

describeRule(
  'network-values',
  [
    [
      'ClassedIngress',
      'ingressClassName: nginx, defaultBackend: { resource: { kind: A, name: a } }',
      'annotations[kubernetes.io/ingress.class]: the Ingress has an ingressClassName too',
    ],
  ],
  [['ClassedIngress', 'defaultBackend: { resource: { kind: A, name: a } }']],
);

test('api-versions: a custom object states a version that its definition serves', () => {
  const version = (name: string, served: boolean) => ({
    name,
    served,
    storage: served,
    schema: { openAPIV3Schema: { type: 'object' } },
  });
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'shops.example.org' },
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { kind: 'Shop', plural: 'shops' },
      versions: [version('v1', true), version('v1beta1', false)],
    },
  };
  const shops = ['v1', 'v1beta1', 'v2'].map((name) => ({
    apiVersion: `example.org/${name}`,
    kind: 'Shop',
    metadata: { name, namespace: 'shop' },
  }));
  expect(lintManifests([definition, ...shops], { policy: false }).map(({ message }) => message)).toEqual([
    'the definition of Shop does not serve v1beta1',
    'the definition of Shop does not serve v2',
  ]);
  expect(lintManifests(shops, { policy: false })).toEqual([]);
});
