import { findingsAfter, put } from './changes';
import { podWith, testRule, together, workloadWith } from './rule-cases';

describe('volume-mounts', () => {
  test('a mount without a volume', () => {
    expect(
      findingsAfter([put('shop Deployment/web', '/spec/template/spec/containers/0/volumeMounts/0/name', 'temp')]),
    ).toEqual([
      'volume-mounts | shop Deployment/web: spec.template.spec.containers[0].volumeMounts[0]: the pod has no volume "temp" (it has tmp, config, secrets, identity)',
    ]);
  });

  test('a claim template of another name', () => {
    expect(
      findingsAfter([put('shop StatefulSet/database', '/spec/volumeClaimTemplates/0/metadata/name', 'pgdata')]),
    ).toEqual([
      'volume-mounts | shop StatefulSet/database: spec.template.spec.containers[0].volumeMounts[0]: the pod has no volume "data" (it has password, pgdata)',
    ]);
  });
});

describe('mount-paths', () => {
  test('two volumes in one place', () => {
    expect(
      findingsAfter([put('shop Deployment/web', '/spec/template/spec/containers/0/volumeMounts/1/mountPath', '/tmp/')]),
    ).toEqual([
      'mount-paths | shop Deployment/web: spec.template.spec.containers[0].volumeMounts[1]: another volume is mounted at /tmp',
    ]);
  });
});

describe('mount-sub-paths', () => {
  test('a file that the ConfigMap does not have', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/containers/0/volumeMounts/1/subPath', 'application.env'),
      ]),
    ).toEqual([
      'mount-sub-paths | shop Deployment/web: spec.template.spec.containers[0].volumeMounts[1].subPath: volume "config" has no file "application.env" (it has ENV, LOG_LEVEL, HTTP_PORT, JWT_ACCESS_TOKEN_TTL, GOOGLE_CLIENT_ID, DB_PASSWORD_FILE, TOKEN_URL, app.env and 2 more)',
    ]);
  });

  test('a file that is not among the items', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/volumes/1/configMap/items', [
          { key: 'app.env', path: 'app.env' },
        ]),
      ]),
    ).toEqual([
      'mount-sub-paths | shop Deployment/web: spec.template.spec.containers[0].volumeMounts[2].subPath: volume "config" has no file "logo.png" (it has app.env)',
    ]);
  });
});

describe('handler-ports', () => {
  test('a probe of an unknown name', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/containers/0/startupProbe/httpGet/port', 'https'),
      ]),
    ).toEqual([
      'handler-ports | shop Deployment/web: spec.template.spec.containers[0].startupProbe.httpGet.port: there is no port "https" (there is http, metrics)',
    ]);
  });

  test('a probe of an unknown number', () => {
    expect(
      findingsAfter([put('shop Deployment/web', '/spec/template/spec/containers/0/readinessProbe/httpGet/port', 8081)]),
    ).toEqual([
      'stated-ports | shop Deployment/web: spec.template.spec.containers[0].readinessProbe.httpGet.port: no container states port 8081 (they state 8080, 5140)',
    ]);
  });

  test('a hook to an unknown port', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/containers/0/lifecycle/preStop/httpGet/port', 'admin'),
      ]),
    ).toEqual([
      'handler-ports | shop Deployment/web: spec.template.spec.containers[0].lifecycle.preStop.httpGet.port: there is no port "admin" (there is http, metrics)',
    ]);
  });

  test("a probe of another container's name", () => {
    expect(
      findingsAfter([
        put('shop StatefulSet/database', '/spec/template/spec/containers/0/readinessProbe', {
          tcpSocket: { port: 'metrics' },
        }),
      ]),
    ).toEqual([
      'handler-ports | shop StatefulSet/database: spec.template.spec.containers[0].readinessProbe.tcpSocket.port: there is no port "metrics" (there is postgres)',
    ]);
  });

  test('a gRPC probe', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/containers/0/livenessProbe', { grpc: { port: 9000 } }),
      ]),
    ).toEqual([
      'stated-ports | shop Deployment/web: spec.template.spec.containers[0].livenessProbe.grpc.port: no container states port 9000 (they state 8080, 5140)',
    ]);
  });
});

describe('port-collisions', () => {
  test('two containers on one port', () => {
    expect(
      findingsAfter([put('shop StatefulSet/database', '/spec/template/spec/containers/1/ports/0/containerPort', 5432)]),
    ).toEqual([
      'port-collisions | shop StatefulSet/database: spec.template.spec.containers[1].ports[0].containerPort: container postgres listens on 5432/TCP already',
    ]);
  });

  test('a sidecar on the port of a container', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/initContainers/1/ports/0', {
          name: 'logs',
          containerPort: 8080,
        }),
      ]),
    ).toEqual([
      'port-collisions | shop Deployment/web: spec.template.spec.initContainers[1].ports[0].containerPort: container web listens on 8080/TCP already',
    ]);
  });

  test('one name for two ports', () => {
    expect(
      findingsAfter([put('shop Deployment/resolver', '/spec/template/spec/containers/0/ports/1/name', 'dns')]),
    ).toEqual([
      'port-collisions | shop Deployment/resolver: spec.template.spec.containers[0].ports[1].name: two ports have the name "dns"',
    ]);
  });

  test('two port settings of one process', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/containers/0/env/7', { name: 'METRICS_PORT', value: '8080' }),
      ]),
    ).toEqual([
      'port-collisions | shop Deployment/web: spec.template.spec.containers[0].env[METRICS_PORT]: METRICS_PORT is 8080, and so is HTTP_PORT: a process cannot listen on a port twice',
    ]);
  });

  test('two port settings in an env file', () => {
    expect(findingsAfter([put('shop ConfigMap/web', '/data/app.env', 'GRPC_PORT=9000\nMETRICS_PORT=9000\n')])).toEqual([
      'port-collisions | shop Deployment/web: spec.template.spec.containers[0].volumeMounts[1]: METRICS_PORT is 9000, and so is GRPC_PORT: a process cannot listen on a port twice',
      'listening-ports | shop Deployment/web: spec.template.spec.containers[0].volumeMounts[1]: GRPC_PORT is 9000, which the container does not state (it states 8080)',
      'listening-ports | shop Deployment/web: spec.template.spec.containers[0].volumeMounts[1]: METRICS_PORT is 9000, which the container does not state (it states 8080)',
    ]);
  });

  test('an address to bind to is no peer', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/containers/0/env', [
          { name: 'ADMIN_HOST', value: '0.0.0.0' },
          { name: 'ADMIN_PORT', value: '8080' },
        ]),
      ]),
    ).toEqual([
      'port-collisions | shop Deployment/web: spec.template.spec.containers[0].env[ADMIN_PORT]: ADMIN_PORT is 8080, and so is HTTP_PORT: a process cannot listen on a port twice',
    ]);
  });
});

testRule('port-collisions', {
  good: [
    ['ports that are off', podWith('env: [{name: DEBUG_PORT, value: "0"}, {name: ADMIN_PORT, value: "0"}]')],
    [
      'the port of a listener, and the one that it publishes',
      podWith('env: [{name: SSH_LISTEN_PORT, value: "22"}, {name: SSH_PORT, value: "22"}]'),
    ],
  ],
  bad: [
    [
      'the port of a listener, and of another',
      podWith('env: [{name: SSH_LISTEN_PORT, value: "22"}, {name: GIT_PORT, value: "22"}]'),
    ],
  ],
});

describe('listening-ports', () => {
  test('a port setting that the container does not state', () => {
    expect(findingsAfter([put('shop Deployment/web', '/spec/template/spec/containers/0/env/0/value', '8081')])).toEqual(
      [
        'listening-ports | shop Deployment/web: spec.template.spec.containers[0].env[PORT]: PORT is 8081, which the container does not state (it states 8080)',
      ],
    );
  });
});

describe('unique-env', () => {
  test('a variable that is set twice', () => {
    expect(
      findingsAfter([put('shop Deployment/web', '/spec/template/spec/containers/0/env/7/name', 'DB_USER')]),
    ).toEqual([
      'unique-env | shop Deployment/web: spec.template.spec.containers[0].env[DB_USER]: DB_USER is set twice',
    ]);
  });
});

describe('service-accounts', () => {
  test('an account that does not exist', () => {
    expect(findingsAfter([put('shop Deployment/web', '/spec/template/spec/serviceAccountName', 'website')])).toEqual([
      'service-accounts | shop Deployment/web: spec.template.spec.serviceAccountName: ServiceAccount website does not exist in shop (there is web)',
    ]);
  });

  test('the account of a Pod', () => {
    expect(findingsAfter([put('vault Pod/reader', '/spec/serviceAccountName', 'robots')])).toEqual([
      'service-accounts | vault Pod/reader: spec.serviceAccountName: ServiceAccount robots does not exist in vault (there is robot)',
    ]);
  });
});

describe('named-resources', () => {
  test('a priority class', () => {
    expect(
      findingsAfter([put('shop Deployment/web', '/spec/template/spec/priorityClassName', 'shop-service')]),
    ).toEqual([
      'named-resources | shop Deployment/web: spec.template.spec.priorityClassName: PriorityClass shop-service does not exist (there is shop-services)',
    ]);
  });

  test('a volume claim', () => {
    expect(
      findingsAfter([
        put(
          'shop CronJob/report',
          '/spec/jobTemplate/spec/template/spec/volumes/0/persistentVolumeClaim/claimName',
          'report',
        ),
      ]),
    ).toEqual([
      'named-resources | shop CronJob/report: spec.jobTemplate.spec.template.spec.volumes[0].persistentVolumeClaim.claimName: PersistentVolumeClaim report does not exist in shop (there is reports)',
    ]);
  });
});

describe('workload-selectors', () => {
  test("a selector that is not the pods' own", () => {
    expect(findingsAfter([put('shop Deployment/resolver', '/spec/selector/matchLabels/app', 'dns')])).toEqual([
      "workload-selectors | shop Deployment/resolver: spec.selector: the selector app=dns does not select the workload's own pods (app=resolver)",
    ]);
  });

  test('an empty selector', () => {
    expect(findingsAfter([put('shop Deployment/resolver', '/spec/selector', {})])).toContain(
      'workload-selectors | shop Deployment/resolver: spec.selector: the workload selects no pods',
    );
  });

  test('no selector', () => {
    expect(findingsAfter([put('shop Deployment/resolver', '/spec/selector', undefined)])).toEqual([
      'schema | shop Deployment/resolver: spec.selector: the field is required',
    ]);
  });
});

const headless =
  '{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {clusterIP: None, ports: [{port: 80}]}}';
const slice =
  '{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}, addressType: IPv4, endpoints: []}';

const balanced = headless.replace('clusterIP: None', 'selector: {app: web}');

testRule('headless-services', {
  good: [
    [
      'a single pod, which is reached through the Service',
      together(workloadWith('StatefulSet', 'serviceName: web,', ''), balanced),
    ],
    [
      'a Service whose endpoints are stated',
      together(workloadWith('StatefulSet', 'serviceName: web,', ''), headless, slice),
    ],
  ],
  bad: [
    ['a Service without a selector', together(workloadWith('StatefulSet', 'serviceName: web,', ''), headless)],
    [
      'several pods behind one address',
      together(workloadWith('StatefulSet', 'serviceName: web, replicas: 2,', ''), balanced),
    ],
  ],
});

describe('headless-services', () => {
  test('no such Service', () => {
    expect(findingsAfter([put('shop StatefulSet/database', '/spec/serviceName', 'databases')])).toEqual([
      'headless-services | shop StatefulSet/database: spec.serviceName: Service databases does not exist in shop (there is legacy, mainframe, resolver, echo, web, database, database-pods, database-primary)',
    ]);
  });

  test('a Service that is not headless', () => {
    expect(findingsAfter([put('shop StatefulSet/database', '/spec/serviceName', 'database')])).toEqual([
      'headless-services | shop StatefulSet/database: spec.serviceName: Service database is not headless',
    ]);
  });

  test('a Service of other pods', () => {
    expect(findingsAfter([put('shop Service/database-pods', '/spec/selector/app.kubernetes.io~1name', 'web')])).toEqual(
      [
        'headless-services | shop StatefulSet/database: spec.serviceName: Service database-pods selects app.kubernetes.io/name=web, and not these pods (app.kubernetes.io/name=database)',
      ],
    );
  });
});

describe('scheduling-selectors', () => {
  test('a spread over pods that do not exist', () => {
    expect(
      findingsAfter([
        put('shop Deployment/web', '/spec/template/spec/topologySpreadConstraints/0/labelSelector/matchLabels', {
          app: 'web',
        }),
      ]),
    ).toEqual([
      'scheduling-selectors | shop Deployment/web: spec.template.spec.topologySpreadConstraints[0].labelSelector: app=web selects no pod',
    ]);
  });

  test('an affinity to pods that do not exist', () => {
    expect(
      findingsAfter([
        put(
          'shop Deployment/web',
          '/spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/0/podAffinityTerm/labelSelector/matchExpressions/0/values',
          ['website'],
        ),
      ]),
    ).toEqual([
      'scheduling-selectors | shop Deployment/web: spec.template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: app.kubernetes.io/name=website selects no pod',
    ]);
  });
});
