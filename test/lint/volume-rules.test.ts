import { podWith, testRule, together, workloadWith } from './rule-cases';

const claim = (modes: string) =>
  `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: shop}, spec: {accessModes: [${modes}]}}`;
const mounted = 'volumeMounts: [{name: data, mountPath: /data}]';
const claimed = 'volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]';
const claiming = (kind: string, fields: string, modes = 'ReadWriteOnce', spec = '') =>
  together(claim(modes), workloadWith(kind, fields, mounted, `${claimed}, ${spec}`));
const autoscaler = (max: number) =>
  `{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web, namespace: shop}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: ${max}}}`;

testRule('single-node-volumes', {
  good: [
    ['Recreate', claiming('Deployment', 'strategy: {type: Recreate},')],
    ['no surge', claiming('Deployment', 'strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}},')],
    ['no surge as a percentage', claiming('Deployment', 'strategy: {rollingUpdate: {maxSurge: "0%"}},')],
    ['ReadWriteMany', claiming('Deployment', 'replicas: 3,', 'ReadWriteMany')],
    ['a claim of several modes', claiming('Deployment', 'replicas: 3,', 'ReadWriteOnce, ReadWriteMany')],
    ['ReadOnlyMany', claiming('Deployment', 'replicas: 3,', 'ReadOnlyMany')],
    ['scaled to nothing', claiming('Deployment', 'replicas: 0,')],
    ['one replica of a StatefulSet', claiming('StatefulSet', 'replicas: 1, serviceName: web,')],
    ['a claim outside of the set', workloadWith('Deployment', '', mounted, claimed)],
    [
      'all on one node by a label',
      claiming('Deployment', '', 'ReadWriteOnce', 'nodeSelector: {kubernetes.io/hostname: a}'),
    ],
    [
      'all on one node by affinity',
      claiming(
        'Deployment',
        'replicas: 2,',
        'ReadWriteOnce',
        'affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}',
      ),
    ],
    ['an emptyDir', workloadWith('Deployment', 'replicas: 3,', mounted, 'volumes: [{name: data, emptyDir: {}}]')],
    ['a Pod', together(claim('ReadWriteOnce'), podWith(mounted, claimed))],
  ],
  bad: [
    ['the default strategy', claiming('Deployment', '')],
    ['RollingUpdate', claiming('Deployment', 'strategy: {type: RollingUpdate},')],
    [
      'RollingUpdate with one surge',
      claiming('Deployment', 'strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}},'),
    ],
    ['RollingUpdate with a percentage', claiming('Deployment', 'strategy: {rollingUpdate: {maxSurge: "10%"}},')],
    ['ReadWriteOncePod', claiming('Deployment', '', 'ReadWriteOncePod')],
    ['three replicas', claiming('Deployment', 'replicas: 3,')],
    ['two replicas with Recreate', claiming('Deployment', 'replicas: 2, strategy: {type: Recreate},')],
    ['two replicas without surge', claiming('Deployment', 'replicas: 2, strategy: {rollingUpdate: {maxSurge: 0}},')],
    ['a StatefulSet of three', claiming('StatefulSet', 'replicas: 3, serviceName: web,')],
    ['a ReplicaSet of two', claiming('ReplicaSet', 'replicas: 2,')],
    ['an autoscaler', together(claiming('Deployment', 'strategy: {type: Recreate},'), autoscaler(4))],
    ['only a preferred node', claiming('Deployment', '', 'ReadWriteOnce', 'nodeSelector: {disk: ssd}')],
  ],
});

const configMap = (fields: string, name = 'settings') =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, namespace: shop}, data: {web.conf: a}, ${fields}}`;
const subPath = 'volumeMounts: [{name: settings, mountPath: /etc/web.conf, subPath: web.conf}]';
const settings = (name = 'settings') => `volumes: [{name: settings, configMap: {name: ${name}}}]`;
const annotated = (name: string) =>
  together(configMap(''), workloadWith('Deployment', '', subPath, settings(), `annotations: {${name}: a1b2}`));

testRule('sub-path-updates', {
  good: [
    [
      'a whole volume',
      together(
        configMap(''),
        workloadWith('Deployment', '', 'volumeMounts: [{name: settings, mountPath: /etc/web}]', settings()),
      ),
    ],
    ['a checksum', annotated('checksum/config')],
    ['a hash', annotated('example.org/config-hash')],
    ['Reloader', annotated('configmap.reloader.stakater.com/reload')],
    [
      'an immutable ConfigMap',
      together(configMap('immutable: true'), workloadWith('Deployment', '', subPath, settings())),
    ],
    [
      'a name with a hash, as kustomize makes',
      together(
        configMap('', 'settings-5h2hb4k8cc'),
        workloadWith('Deployment', '', subPath, settings('settings-5h2hb4k8cc')),
      ),
    ],
    ['a ConfigMap outside of the set', workloadWith('Deployment', '', subPath, settings())],
    ['a Pod, which is never updated', together(configMap(''), podWith(subPath, settings()))],
    [
      'a Job',
      together(
        configMap(''),
        `{apiVersion: batch/v1, kind: Job, metadata: {name: web, namespace: shop}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: web, image: example.org/web:1, ${subPath}}], ${settings()}}}}}`,
      ),
    ],
    [
      'an init container',
      together(
        configMap(''),
        workloadWith(
          'Deployment',
          '',
          '',
          `initContainers: [{name: init, image: example.org/init:1, ${subPath}}], ${settings()}`,
        ),
      ),
    ],
    [
      'a folder of a claim',
      workloadWith('Deployment', '', 'volumeMounts: [{name: data, mountPath: /data, subPath: web}]', claimed),
    ],
    [
      'a Secret',
      workloadWith(
        'Deployment',
        '',
        'volumeMounts: [{name: keys, mountPath: /key, subPath: key}]',
        'volumes: [{name: keys, secret: {secretName: keys}}]',
      ),
    ],
  ],
  bad: [
    ['a Deployment', together(configMap(''), workloadWith('Deployment', '', subPath, settings()))],
    ['a StatefulSet', together(configMap(''), workloadWith('StatefulSet', 'serviceName: web,', subPath, settings()))],
    ['a DaemonSet', together(configMap(''), workloadWith('DaemonSet', '', subPath, settings()))],
    ['another annotation', annotated('prometheus.io/scrape')],
    [
      'a sidecar',
      together(
        configMap(''),
        workloadWith(
          'Deployment',
          '',
          '',
          `initContainers: [{name: proxy, image: example.org/proxy:1, restartPolicy: Always, ${subPath}}], ${settings()}`,
        ),
      ),
    ],
  ],
});

const empty = (fields: string) => `volumes: [{name: data, emptyDir: {${fields}}}]`;
const limited = (limits: string) => `${mounted}, resources: {limits: {${limits}}}`;

testRule('volume-sizes', {
  good: [
    ['memory within the limit', podWith(limited('memory: 1Gi'), empty('medium: Memory, sizeLimit: 512Mi'))],
    ['memory of the same size', podWith(limited('memory: 1Gi'), empty('medium: Memory, sizeLimit: 1Gi'))],
    ['memory without a limit', podWith(mounted, empty('medium: Memory, sizeLimit: 1Gi'))],
    ['memory without a size', podWith(limited('memory: 1Gi'), empty('medium: Memory'))],
    ['a disk, with a limit of memory', podWith(limited('memory: 1Gi'), empty('sizeLimit: 10Gi'))],
    ['a disk within the limit', podWith(limited('ephemeral-storage: 2Gi'), empty('sizeLimit: 1Gi'))],
    [
      'memory that no container mounts',
      podWith('resources: {limits: {memory: 1Gi}}', empty('medium: Memory, sizeLimit: 2Gi')),
    ],
    ['huge pages', podWith(limited('memory: 1Gi'), empty('medium: HugePages-2Mi, sizeLimit: 2Gi'))],
    [
      'two writers that have enough together',
      podWith(
        limited('memory: 1Gi'),
        `initContainers: [{name: init, image: example.org/init:1, ${limited('memory: 1Gi')}}], ${empty('medium: Memory, sizeLimit: 2Gi')}`,
      ),
    ],
    ['an emptyDir that states nothing', podWith(limited('memory: 1Gi'), empty(''))],
  ],
  bad: [
    ['memory beyond the limit', podWith(limited('memory: 512Mi'), empty('medium: Memory, sizeLimit: 1Gi'))],
    ['memory in other units', podWith(limited('memory: 1G'), empty('medium: Memory, sizeLimit: 1Gi'))],
    [
      'memory of a Deployment',
      workloadWith('Deployment', '', limited('memory: 64Mi'), empty('medium: Memory, sizeLimit: 128Mi')),
    ],
    ['a disk beyond the limit', podWith(limited('ephemeral-storage: 1Gi'), empty('sizeLimit: 2Gi'))],
    [
      'two writers that have not enough together',
      podWith(
        limited('memory: 1Gi'),
        `initContainers: [{name: init, image: example.org/init:1, ${limited('memory: 1Gi')}}], ${empty('medium: Memory, sizeLimit: 3Gi')}`,
      ),
    ],
  ],
});
