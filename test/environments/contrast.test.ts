import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { distFolder, idOf, parseManifests } from '../support/manifests';
import { differingPaths } from '../support/paths';

const [production, staging] = ['production', 'staging'].map((name) =>
  readFileSync(join(distFolder, `${name}.k8s.yaml`), 'utf8'),
);

/** Objects by their ids, with what carries the environment's name in theirs made the same. */
function byId(text: string | undefined): Map<string, unknown> {
  const objects = parseManifests(text ?? '').map((object) => [idOf(object), object] as const);
  return new Map(objects.map(([id, object]) => [id.replace(/veza-(production|staging)/, 'veza-ENVIRONMENT'), object]));
}

const [inProduction, inStaging] = [byId(production), byId(staging)];

test('both have the same objects, but for the autoscalers of production', () => {
  const [left, right] = [[...inProduction.keys()], [...inStaging.keys()]];
  expect([left.length, right.length]).toStrictEqual([51, 48]);
  expect(right.filter((id) => !inProduction.has(id))).toStrictEqual([]);
  expect(left.filter((id) => !inStaging.has(id))).toStrictEqual([
    'HorizontalPodAutoscaler/veza-backend-api',
    'HorizontalPodAutoscaler/veza-chat-server',
    'HorizontalPodAutoscaler/veza-stream-server',
  ]);
});

test('the objects of both differ in these paths and no others', () => {
  const paths = [...inStaging].flatMap(([id, object]) =>
    differingPaths(inProduction.get(id), object)
      .filter((path) => path !== 'metadata.namespace')
      .map((path) => `${id} ${path}`),
  );
  expect(paths).toMatchInlineSnapshot(`
[
  "Namespace/veza-ENVIRONMENT metadata.labels.environment",
  "Namespace/veza-ENVIRONMENT metadata.labels.name",
  "Namespace/veza-ENVIRONMENT metadata.name",
  "PriorityClass/veza-ENVIRONMENT-services description",
  "PriorityClass/veza-ENVIRONMENT-services metadata.labels.environment",
  "PriorityClass/veza-ENVIRONMENT-services metadata.name",
  "PriorityClass/veza-ENVIRONMENT-services value",
  "PriorityClass/veza-ENVIRONMENT-stores description",
  "PriorityClass/veza-ENVIRONMENT-stores metadata.labels.environment",
  "PriorityClass/veza-ENVIRONMENT-stores metadata.name",
  "PriorityClass/veza-ENVIRONMENT-stores value",
  "ServiceAccount/veza-service-account metadata.labels.environment",
  "Role/prometheus metadata.labels.environment",
  "RoleBinding/prometheus metadata.labels.environment",
  "RoleBinding/prometheus subjects[prometheus].namespace",
  "Role/kube-state-metrics metadata.labels.environment",
  "RoleBinding/kube-state-metrics metadata.labels.environment",
  "RoleBinding/kube-state-metrics subjects[kube-state-metrics].namespace",
  "ConfigMap/veza-config data.DB_NAME",
  "ConfigMap/veza-config data.ENV",
  "ConfigMap/veza-config data.LOG_LEVEL",
  "ConfigMap/veza-config data.S3_BUCKET",
  "ConfigMap/veza-config data.app.env",
  "ConfigMap/veza-config metadata.labels.environment",
  "PersistentVolumeClaim/postgres-backups metadata.labels.environment",
  "PersistentVolumeClaim/postgres-backups spec.resources.requests.storage",
  "NetworkPolicy/default-deny metadata.labels.environment",
  "NetworkPolicy/veza-backend-api metadata.labels.environment",
  "NetworkPolicy/veza-backend-api spec.ingress[1].from[0].namespaceSelector.matchLabels.kubernetes.io/metadata.name",
  "NetworkPolicy/postgres metadata.labels.environment",
  "NetworkPolicy/postgres spec.ingress[1].from[0].namespaceSelector.matchLabels.kubernetes.io/metadata.name",
  "NetworkPolicy/redis metadata.labels.environment",
  "NetworkPolicy/redis spec.ingress[1].from[0].namespaceSelector.matchLabels.kubernetes.io/metadata.name",
  "NetworkPolicy/veza-chat-server metadata.labels.environment",
  "NetworkPolicy/veza-chat-server spec.ingress[1].from[0].namespaceSelector.matchLabels.kubernetes.io/metadata.name",
  "NetworkPolicy/veza-stream-server metadata.labels.environment",
  "NetworkPolicy/veza-stream-server spec.ingress[1].from[0].namespaceSelector.matchLabels.kubernetes.io/metadata.name",
  "NetworkPolicy/postgres-backup-store metadata.labels.environment",
  "NetworkPolicy/postgres-backup-store spec.ingress[0].from[0].namespaceSelector.matchLabels.kubernetes.io/metadata.name",
  "NetworkPolicy/postgres-backup metadata.labels.environment",
  "NetworkPolicy/acme-http-solver metadata.labels.environment",
  "ResourceQuota/veza-quota metadata.labels.environment",
  "ResourceQuota/veza-quota spec.hard.limits.cpu",
  "ResourceQuota/veza-quota spec.hard.limits.ephemeral-storage",
  "ResourceQuota/veza-quota spec.hard.limits.memory",
  "ResourceQuota/veza-quota spec.hard.pods",
  "ResourceQuota/veza-quota spec.hard.requests.cpu",
  "ResourceQuota/veza-quota spec.hard.requests.ephemeral-storage",
  "ResourceQuota/veza-quota spec.hard.requests.memory",
  "ResourceQuota/veza-quota spec.hard.requests.storage",
  "LimitRange/veza-limits metadata.labels.environment",
  "LimitRange/veza-limits spec.limits[0].max.cpu",
  "LimitRange/veza-limits spec.limits[0].max.memory",
  "ServiceAccount/postgres metadata.labels.environment",
  "ConfigMap/postgres-config data.pg_hba.conf",
  "ConfigMap/postgres-config metadata.labels.environment",
  "Service/postgres-service metadata.labels.environment",
  "Service/postgres-headless metadata.labels.environment",
  "StatefulSet/postgres metadata.labels.environment",
  "StatefulSet/postgres spec.template.metadata.annotations.checksum/config",
  "StatefulSet/postgres spec.template.metadata.labels.environment",
  "StatefulSet/postgres spec.template.spec.containers[postgres-exporter].env[DATA_SOURCE_NAME].value",
  "StatefulSet/postgres spec.template.spec.containers[postgres].readinessProbe.exec.command[5]",
  "StatefulSet/postgres spec.template.spec.containers[postgres].resources.limits.cpu",
  "StatefulSet/postgres spec.template.spec.containers[postgres].resources.limits.memory",
  "StatefulSet/postgres spec.template.spec.containers[postgres].resources.requests.cpu",
  "StatefulSet/postgres spec.template.spec.containers[postgres].resources.requests.memory",
  "StatefulSet/postgres spec.template.spec.containers[roles].env[DB_NAME].value",
  "StatefulSet/postgres spec.template.spec.initContainers[initialize].resources.limits.cpu",
  "StatefulSet/postgres spec.template.spec.initContainers[initialize].resources.limits.memory",
  "StatefulSet/postgres spec.template.spec.initContainers[initialize].resources.requests.cpu",
  "StatefulSet/postgres spec.template.spec.initContainers[initialize].resources.requests.memory",
  "StatefulSet/postgres spec.template.spec.priorityClassName",
  "StatefulSet/postgres spec.volumeClaimTemplates[0].spec.resources.requests.storage",
  "ServiceAccount/postgres-backup-store metadata.labels.environment",
  "Deployment/postgres-backup-store metadata.labels.environment",
  "Deployment/postgres-backup-store spec.template.metadata.labels.environment",
  "Deployment/postgres-backup-store spec.template.spec.priorityClassName",
  "ConfigMap/postgres-backup-config metadata.labels.environment",
  "ServiceAccount/postgres-backup metadata.labels.environment",
  "CronJob/postgres-backup metadata.labels.environment",
  "CronJob/postgres-backup spec.jobTemplate.metadata.labels.environment",
  "CronJob/postgres-backup spec.jobTemplate.spec.template.metadata.labels.environment",
  "CronJob/postgres-backup spec.jobTemplate.spec.template.spec.containers[backup].env[DB_NAME].value",
  "CronJob/postgres-backup spec.jobTemplate.spec.template.spec.containers[backup].env[KEEP_DAYS].value",
  "CronJob/postgres-backup spec.jobTemplate.spec.template.spec.containers[backup].env[PREVIOUS].value",
  "CronJob/postgres-backup spec.jobTemplate.spec.template.spec.containers[backup].env[RESTORING].value",
  "CronJob/postgres-backup spec.jobTemplate.spec.template.spec.priorityClassName",
  "CronJob/postgres-backup spec.schedule",
  "ServiceAccount/redis metadata.labels.environment",
  "ConfigMap/redis-config data.redis.conf",
  "ConfigMap/redis-config metadata.labels.environment",
  "Service/redis-service metadata.labels.environment",
  "Service/redis-headless metadata.labels.environment",
  "StatefulSet/redis metadata.labels.environment",
  "StatefulSet/redis spec.template.metadata.annotations.checksum/config",
  "StatefulSet/redis spec.template.metadata.labels.environment",
  "StatefulSet/redis spec.template.spec.containers[redis].resources.limits.cpu",
  "StatefulSet/redis spec.template.spec.containers[redis].resources.limits.memory",
  "StatefulSet/redis spec.template.spec.containers[redis].resources.requests.cpu",
  "StatefulSet/redis spec.template.spec.containers[redis].resources.requests.memory",
  "StatefulSet/redis spec.template.spec.priorityClassName",
  "StatefulSet/redis spec.volumeClaimTemplates[0].spec.resources.requests.storage",
  "Deployment/veza-backend-api metadata.annotations.polaris.fairwinds.com/deploymentMissingReplicas-exempt",
  "Deployment/veza-backend-api metadata.labels.environment",
  "Deployment/veza-backend-api spec.replicas",
  "Deployment/veza-backend-api spec.template.metadata.annotations.checksum/config",
  "Deployment/veza-backend-api spec.template.metadata.labels.environment",
  "Deployment/veza-backend-api spec.template.spec.containers[backend-api].resources.limits.cpu",
  "Deployment/veza-backend-api spec.template.spec.containers[backend-api].resources.limits.memory",
  "Deployment/veza-backend-api spec.template.spec.containers[backend-api].resources.requests.cpu",
  "Deployment/veza-backend-api spec.template.spec.containers[backend-api].resources.requests.memory",
  "Deployment/veza-backend-api spec.template.spec.priorityClassName",
  "Deployment/veza-backend-api spec.template.spec.topologySpreadConstraints[0].nodeTaintsPolicy",
  "Deployment/veza-backend-api spec.template.spec.topologySpreadConstraints[0].whenUnsatisfiable",
  "Service/veza-backend-api-service metadata.labels.environment",
  "PodDisruptionBudget/veza-backend-api metadata.labels.environment",
  "Ingress/veza-api-ingress metadata.annotations.cert-manager.io/cluster-issuer",
  "Ingress/veza-api-ingress metadata.labels.environment",
  "Ingress/veza-api-ingress spec.rules[0].host",
  "Ingress/veza-api-ingress spec.tls[0].hosts[0]",
  "Deployment/veza-chat-server metadata.annotations.polaris.fairwinds.com/deploymentMissingReplicas-exempt",
  "Deployment/veza-chat-server metadata.labels.environment",
  "Deployment/veza-chat-server spec.replicas",
  "Deployment/veza-chat-server spec.template.metadata.annotations.checksum/config",
  "Deployment/veza-chat-server spec.template.metadata.labels.environment",
  "Deployment/veza-chat-server spec.template.spec.containers[chat-server].resources.limits.cpu",
  "Deployment/veza-chat-server spec.template.spec.containers[chat-server].resources.limits.memory",
  "Deployment/veza-chat-server spec.template.spec.containers[chat-server].resources.requests.cpu",
  "Deployment/veza-chat-server spec.template.spec.containers[chat-server].resources.requests.memory",
  "Deployment/veza-chat-server spec.template.spec.priorityClassName",
  "Service/veza-chat-server-service metadata.labels.environment",
  "PodDisruptionBudget/veza-chat-server metadata.labels.environment",
  "Ingress/veza-chat-ingress metadata.annotations.cert-manager.io/cluster-issuer",
  "Ingress/veza-chat-ingress metadata.labels.environment",
  "Ingress/veza-chat-ingress spec.rules[0].host",
  "Ingress/veza-chat-ingress spec.tls[0].hosts[0]",
  "Deployment/veza-stream-server metadata.annotations.polaris.fairwinds.com/deploymentMissingReplicas-exempt",
  "Deployment/veza-stream-server metadata.labels.environment",
  "Deployment/veza-stream-server spec.replicas",
  "Deployment/veza-stream-server spec.template.metadata.annotations.checksum/config",
  "Deployment/veza-stream-server spec.template.metadata.labels.environment",
  "Deployment/veza-stream-server spec.template.spec.containers[stream-server].resources.limits.cpu",
  "Deployment/veza-stream-server spec.template.spec.containers[stream-server].resources.limits.memory",
  "Deployment/veza-stream-server spec.template.spec.containers[stream-server].resources.requests.cpu",
  "Deployment/veza-stream-server spec.template.spec.containers[stream-server].resources.requests.memory",
  "Deployment/veza-stream-server spec.template.spec.priorityClassName",
  "Service/veza-stream-server-service metadata.labels.environment",
  "PodDisruptionBudget/veza-stream-server metadata.labels.environment",
  "Ingress/veza-stream-ingress metadata.annotations.cert-manager.io/cluster-issuer",
  "Ingress/veza-stream-ingress metadata.labels.environment",
  "Ingress/veza-stream-ingress spec.rules[0].host",
  "Ingress/veza-stream-ingress spec.tls[0].hosts[0]",
]
`);
});

test.each([
  ['production', staging, ['veza-production', 'veza_production', 'letsencrypt-prod', 'production']],
  ['production', staging, ['api.veza.app', 'chat.veza.app', 'stream.veza.app', 'veza-audio-files\n']],
  ['staging', production, ['staging']],
])('nothing of %s occurs in the other', (_, text = '', strings) => {
  expect(strings.filter((string) => text.includes(string))).toStrictEqual([]);
});

test('each has a host, a database, a bucket and an issuer of its own', () => {
  const own = (text = '') => [...text.matchAll(/host: (.*)|DB_NAME: (.*)|S3_BUCKET: (.*)|cluster-issuer: (.*)/g)];
  const values = [production, staging].map((text) => new Set(own(text).map((match) => match.slice(1).join(''))));
  expect(values.map((found) => [...found])).toStrictEqual([
    ['veza_production', 'veza-audio-files', 'letsencrypt-prod', 'api.veza.app', 'chat.veza.app', 'stream.veza.app'],
    [
      'veza_staging',
      'veza-audio-files-staging',
      'letsencrypt-staging',
      'api.staging.veza.app',
      'chat.staging.veza.app',
      'stream.staging.veza.app',
    ],
  ]);
});
