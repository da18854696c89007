import { App, Chart, Yaml } from 'cdk8s';
import { BackendApi, ChatServer, StreamServer } from '../../../lib';
import { ConfigBundle } from '../../../lib/constructs/config/config-bundle';
import { SecretBundle } from '../../../lib/constructs/config/secret-bundle';
import { Microservice, type MicroserviceProps, type ServiceProps } from '../../../lib/constructs/service/microservice';
import type { ServiceContract } from '../../../lib/platform/service-contract';
import type { Scaling } from '../../../lib/platform/settings/scaling';
import { veza } from '../../../lib/veza/veza';
import { idOf, type Manifest } from '../../support/manifests';
import { catalog, namespaceScope, shopTest } from '../../support/shop';
import { synthesized, yamlOf } from '../../support/synth';

/** Properties that a service of the shop has; its bundles are in a chart of their own, which no test reads. */
function propsOf(settings: Readonly<Record<string, string>>, keys: readonly string[]): ServiceProps {
  const elsewhere = new Chart(new App(), 'bundles');
  return {
    ...shopTest.services.catalog,
    namespaceScope,
    config: new ConfigBundle(elsewhere, 'config', { namespaceScope, settings, files: {} }),
    secrets: new SecretBundle(elsewhere, 'secrets', { namespaceScope, keys, source: { kind: 'existing' } }),
    version: 'v1.0.0',
    serviceAccountName: 'account',
    priorityClassName: 'class',
  };
}

function catalogProps(contract: ServiceContract = catalog): MicroserviceProps {
  return { ...propsOf({ GREETING: 'hello', COLOUR: 'red' }, ['DB_PASSWORD']), contract };
}

function deploymentOf(objects: readonly Manifest[]): Manifest | undefined {
  return objects.find(({ kind }) => kind === 'Deployment');
}

test('a service of the smallest contract', () => {
  expect(yamlOf((scope) => new Microservice(scope, 'catalog', catalogProps()))).toMatchInlineSnapshot(`
"apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: shop-catalog
    app.kubernetes.io/component: api
    app.kubernetes.io/instance: shop-catalog
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/name: shop-catalog
    app.kubernetes.io/part-of: shop
    app.kubernetes.io/version: v1.0.0
    environment: test
    version: v1.0.0
  name: shop-catalog
  namespace: shop-test
spec:
  minReadySeconds: 10
  progressDeadlineSeconds: 600
  replicas: 2
  revisionHistoryLimit: 5
  selector:
    matchLabels:
      app: shop-catalog
  strategy:
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
    type: RollingUpdate
  template:
    metadata:
      annotations:
        checksum/config: 2b7fab494aee2698aab9de34843522e499e0fa99f1b3c5d96794301e416b6bc6
      labels:
        app: shop-catalog
        app.kubernetes.io/component: api
        app.kubernetes.io/instance: shop-catalog
        app.kubernetes.io/managed-by: cdk8s
        app.kubernetes.io/name: shop-catalog
        app.kubernetes.io/part-of: shop
        app.kubernetes.io/version: v1.0.0
        environment: test
        version: v1.0.0
    spec:
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - podAffinityTerm:
                labelSelector:
                  matchLabels:
                    app: shop-catalog
                topologyKey: kubernetes.io/hostname
              weight: 100
      automountServiceAccountToken: false
      containers:
        - env:
            - name: PORT
              value: "3000"
            - name: GREETING
              valueFrom:
                configMapKeyRef:
                  key: GREETING
                  name: shop-config
            - name: DB_PASSWORD
              valueFrom:
                secretKeyRef:
                  key: DB_PASSWORD
                  name: shop-secrets
          image: registry.test/shop/catalog:v1.0.0
          imagePullPolicy: Always
          lifecycle:
            preStop:
              exec:
                command:
                  - /bin/sleep
                  - "10"
          livenessProbe:
            failureThreshold: 3
            httpGet:
              path: /live
              port: http
            periodSeconds: 10
            timeoutSeconds: 3
          name: catalog
          ports:
            - containerPort: 3000
              name: http
              protocol: TCP
            - containerPort: 3001
              name: metrics
              protocol: TCP
          readinessProbe:
            failureThreshold: 3
            httpGet:
              path: /ready
              port: http
            periodSeconds: 5
            timeoutSeconds: 3
          resources:
            limits:
              cpu: 100m
              ephemeral-storage: 128Mi
              memory: 128Mi
            requests:
              cpu: 50m
              ephemeral-storage: 64Mi
              memory: 64Mi
          securityContext:
            allowPrivilegeEscalation: false
            capabilities:
              drop:
                - ALL
            readOnlyRootFilesystem: true
            runAsGroup: 1001
            runAsNonRoot: true
            runAsUser: 1001
            seccompProfile:
              type: RuntimeDefault
          startupProbe:
            failureThreshold: 30
            httpGet:
              path: /live
              port: http
            periodSeconds: 5
            timeoutSeconds: 3
          volumeMounts:
            - mountPath: /tmp
              name: tmp
      enableServiceLinks: false
      nodeSelector:
        kubernetes.io/os: linux
      priorityClassName: class
      securityContext:
        fsGroup: 1001
        fsGroupChangePolicy: OnRootMismatch
        runAsGroup: 1001
        runAsNonRoot: true
        runAsUser: 1001
        seccompProfile:
          type: RuntimeDefault
      serviceAccountName: account
      terminationGracePeriodSeconds: 35
      topologySpreadConstraints:
        - labelSelector:
            matchLabels:
              app: shop-catalog
          maxSkew: 1
          nodeTaintsPolicy: Honor
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: DoNotSchedule
        - labelSelector:
            matchLabels:
              app: shop-catalog
          maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
      volumes:
        - emptyDir:
            sizeLimit: 64Mi
          name: tmp
---
apiVersion: v1
kind: Service
metadata:
  labels:
    app: shop-catalog
    app.kubernetes.io/component: api
    app.kubernetes.io/instance: shop-catalog
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/name: shop-catalog
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-catalog-service
  namespace: shop-test
spec:
  ports:
    - name: http
      port: 80
      protocol: TCP
      targetPort: 3000
  selector:
    app: shop-catalog
  type: ClusterIP
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  labels:
    app: shop-catalog
    app.kubernetes.io/component: api
    app.kubernetes.io/instance: shop-catalog
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/name: shop-catalog
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-catalog
  namespace: shop-test
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: shop-catalog
  unhealthyPodEvictionPolicy: AlwaysAllow
"
`);
});

test('an autoscaler owns the number of pods', () => {
  const objects = synthesized((scope) => {
    const scaling = { kind: 'auto', min: 2, max: 4, targetCpu: 70 } as const;
    new Microservice(scope, 'catalog', { ...catalogProps(), scaling });
  });
  expect(objects.map(idOf)).toStrictEqual([
    'Deployment/shop-catalog',
    'Service/shop-catalog-service',
    'HorizontalPodAutoscaler/shop-catalog',
    'PodDisruptionBudget/shop-catalog',
  ]);
  expect(Object.keys(deploymentOf(objects)?.spec ?? {})).not.toContain('replicas');
  expect(deploymentOf(objects)?.metadata.annotations).toStrictEqual({
    'polaris.fairwinds.com/deploymentMissingReplicas-exempt': 'true',
  });
});

test.each([
  ['fixed', { kind: 'fixed', replicas: 2 }, 5],
  ['auto', { kind: 'auto', min: 2, max: 4, targetCpu: 70 }, 9],
] as const)('%s scaling counts every pod twice and one more', (_, scaling, pods) => {
  expect.assertions(1);
  synthesized((scope) => {
    const props = { ...catalogProps(), scaling };
    const { quotaUsage } = new Microservice(scope, 'catalog', props);
    expect(quotaUsage).toStrictEqual({
      workload: 'shop-catalog',
      pods,
      containers: [props.resources],
      initContainers: [],
      claims: [],
    });
  });
});

test('a service that asks for the Kubernetes API has a token as a volume', () => {
  const contract = { ...catalog, calls: ['database', 'kubernetes-api'] } as const;
  const pod = deploymentOf(synthesized((scope) => new Microservice(scope, 'catalog', catalogProps(contract))))?.spec
    ?.template?.spec;
  expect(pod?.automountServiceAccountToken).toBe(false);
  expect(pod?.volumes?.[1]).toStrictEqual({
    name: 'api-token',
    projected: {
      defaultMode: 0o440,
      sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
    },
  });
  expect(pod?.containers[0]?.volumeMounts?.[1]).toStrictEqual({
    name: 'api-token',
    mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
    readOnly: true,
  });
});

test('a service that reads the env file has that file and no other of its folder', () => {
  const contract = { ...catalog, mountsEnvFile: true };
  const pod = deploymentOf(synthesized((scope) => new Microservice(scope, 'catalog', catalogProps(contract))))?.spec
    ?.template?.spec;
  expect(pod?.volumes?.slice(1)).toStrictEqual([
    { name: 'config', configMap: { name: 'shop-config', items: [{ key: 'app.env', path: 'app.env' }] } },
  ]);
  expect(pod?.containers[0]?.volumeMounts?.slice(1)).toStrictEqual([
    { name: 'config', mountPath: '/app/config/app.env', subPath: 'app.env', readOnly: true },
  ]);
});

test.each([
  ['restarts', 'a setting that it reads', false, { GREETING: 'bye', COLOUR: 'red' }, true],
  ['does not restart', 'a setting that it does not read', false, { GREETING: 'hello', COLOUR: 'blue' }, false],
  ['restarts', 'any setting, if it reads the file,', true, { GREETING: 'hello', COLOUR: 'blue' }, true],
])('a service %s when %s changes', (_, __, mountsEnvFile, changedSettings, restarts) => {
  const [before, after] = [{ GREETING: 'hello', COLOUR: 'red' }, changedSettings].map((settings) => {
    const objects = synthesized((scope) => {
      const props = propsOf(settings, ['DB_PASSWORD']);
      new Microservice(scope, 'catalog', { ...props, contract: { ...catalog, mountsEnvFile: mountsEnvFile } });
    });
    return deploymentOf(objects)?.spec?.template?.metadata.annotations?.['checksum/config'];
  });
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  expect(before !== after).toBe(restarts);
});

test.each([
  ['backend-api', BackendApi],
  ['chat-server', ChatServer],
  ['stream-server', StreamServer],
])('the construct of %s is a service of its contract', (name, Service) => {
  expect.assertions(2);
  const settings = Object.fromEntries(Object.keys(veza.settings).map((key) => [key, key]));
  const objects = synthesized((scope) => {
    const service = new Service(scope, name, propsOf(settings, veza.secrets));
    expect(service.host).toBe(`shop-${name}-service`);
  });
  expect(objects.map(idOf).slice(0, 2)).toStrictEqual([`Deployment/shop-${name}`, `Service/shop-${name}-service`]);
});

test('a release with a digest is pulled once by it, and its labels have the tag alone', () => {
  const version = `v1.0.0@sha256:${'0'.repeat(64)}`;
  const objects = synthesized((scope) => new Microservice(scope, 'catalog', { ...catalogProps(), version }));
  const { metadata, spec } = deploymentOf(objects) ?? {};
  const [container] = spec?.template?.spec.containers ?? [];
  expect(container).toMatchObject({ image: `registry.test/shop/catalog:${version}`, imagePullPolicy: 'IfNotPresent' });
  expect(metadata?.labels).toMatchObject({ version: 'v1.0.0', 'app.kubernetes.io/version': 'v1.0.0' });
});

/** The objects that keep a service available while its pods change. */
function availabilityOf(scaling: Scaling): Manifest[] {
  const objects = synthesized((scope) => new Microservice(scope, 'catalog', { ...catalogProps(), scaling }));
  return objects.filter(({ kind }) => ['HorizontalPodAutoscaler', 'PodDisruptionBudget'].includes(kind));
}

test.each<[string, Scaling, string[]]>([
  ['a single pod', { kind: 'fixed', replicas: 1 }, []],
  ['two pods', { kind: 'fixed', replicas: 2 }, ['PodDisruptionBudget/shop-catalog']],
  ['one pod or more', { kind: 'auto', min: 1, max: 3, targetCpu: 70 }, ['HorizontalPodAutoscaler/shop-catalog']],
])(
  '%s has an autoscaler and a budget where they apply, and nothing that blocks the drain of a node',
  (_, scaling, ids) => {
    expect(availabilityOf(scaling).map(idOf)).toStrictEqual(ids);
  },
);

test('a range of pods has an autoscaler and a disruption budget', () => {
  const scaling: Scaling = { kind: 'auto', min: 2, max: 4, targetCpu: 60 };
  expect(Yaml.stringify(...availabilityOf(scaling))).toMatchInlineSnapshot(`
"apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  labels:
    app: shop-catalog
    app.kubernetes.io/component: api
    app.kubernetes.io/instance: shop-catalog
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/name: shop-catalog
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-catalog
  namespace: shop-test
spec:
  behavior:
    scaleDown:
      policies:
        - periodSeconds: 60
          type: Pods
          value: 1
      stabilizationWindowSeconds: 300
    scaleUp:
      policies:
        - periodSeconds: 60
          type: Percent
          value: 100
      stabilizationWindowSeconds: 0
  maxReplicas: 4
  metrics:
    - resource:
        name: cpu
        target:
          averageUtilization: 60
          type: Utilization
      type: Resource
  minReplicas: 2
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: shop-catalog
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  labels:
    app: shop-catalog
    app.kubernetes.io/component: api
    app.kubernetes.io/instance: shop-catalog
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/name: shop-catalog
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-catalog
  namespace: shop-test
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: shop-catalog
  unhealthyPodEvictionPolicy: AlwaysAllow
"
`);
});
