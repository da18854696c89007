import type { Environment } from '../../lib/platform/environment';
import type { Cache } from '../../lib/platform/settings/cache';
import type { Database } from '../../lib/platform/settings/database';
import { renderEnvironment } from '../../lib/synth/render-environment';
import { environments } from '../../lib/veza/environments/environments';
import { veza } from '../../lib/veza/veza';
import { production as productionEnvironment } from '../support/environments/production';
import { staging as stagingEnvironment } from '../support/environments/staging';
import { idOf, parseManifests } from '../support/manifests';
import { subdomains } from '../support/own-platform';
import { differingPaths } from '../support/paths';

/** Production with a single cache, as staging has it: what is replicated is tested apart. */
function singleCache(cache: Cache): Cache {
  if (cache.kind !== 'replicated') return cache;
  const { resources, storage, evictionPolicy, scripts } = cache;
  return { kind: 'single', resources, storage, evictionPolicy, scripts };
}

/** Production with a single database, as staging has it, but for its sizes: what a cluster has is tested apart. */
function singleServer(database: Database): Database {
  if (database.kind !== 'cluster') return database;
  const { name, user, ownerLogin, resources, storage, parameters, backup } = database;
  return {
    kind: 'single',
    certificate: { kind: 'cert-manager' },
    name,
    user,
    ownerLogin,
    resources,
    storage,
    parameters,
    backup: { ...backup, offsite: { kind: 'none' } },
  };
}

/** Both for the same Kubernetes: what a newer one adds is tested of each step. */
function manifestsOf(environment: Environment<typeof veza>): string | undefined {
  const { files } = renderEnvironment(veza, {
    ...environment,
    kubernetes: stagingEnvironment.kubernetes,
    cache: singleCache(environment.cache),
    database: singleServer(environment.database),
  });
  return files[`${environment.name}.k8s.yaml`];
}

/** Objects by their ids, with what carries the environment's name in theirs made the same. */
function byId(text: string | undefined): Map<string, unknown> {
  const objects = parseManifests(text ?? '').map((object) => [idOf(object), object] as const);
  return new Map(objects.map(([id, object]) => [id.replace(/veza-(production|staging)/, 'veza-ENVIRONMENT'), object]));
}

const [production, staging] = [productionEnvironment, stagingEnvironment].map(manifestsOf);
const [inProduction, inStaging] = [byId(production), byId(staging)];

const services = new RegExp(`\\b(${veza.services.map(({ name }) => name).join('|')})\\b`, 'g');
const ingresses = new RegExp(`^Ingress/veza-(${subdomains.join('|')})-ingress`);

/** A path with the name of a service left out: what differs is the same for all of them. */
function ofAnyService(path: string): string {
  return path
    .replace(ingresses, 'Ingress/veza-SUBDOMAIN-ingress')
    .replace(services, 'SERVICE')
    .replace(/^(NetworkPolicy.* spec\.ingress)\[\d+\]/, '$1[]');
}

test('both have the same objects, but for the autoscalers of production', () => {
  expect([...inStaging.keys()].filter((id) => !inProduction.has(id))).toStrictEqual([]);
  const additional = [...inProduction.keys()].filter((id) => !inStaging.has(id));
  expect(additional.filter((id) => !id.startsWith('HorizontalPodAutoscaler/'))).toStrictEqual([]);
});

test('the objects of both differ in these paths and no others', () => {
  const paths = [...inStaging].flatMap(([id, object]) =>
    differingPaths(inProduction.get(id), object)
      .filter((path) => path !== 'metadata.namespace' && !path.endsWith('metadata.labels.environment'))
      .map((path) => ofAnyService(`${id} ${path}`)),
  );
  expect([...new Set(paths)].sort()).toMatchInlineSnapshot(`
[
  "Certificate/postgres-authority spec.commonName",
  "Certificate/postgres-server spec.dnsNames[1]",
  "Certificate/postgres-server spec.dnsNames[2]",
  "ConfigMap/postgres-config data.logins.json",
  "ConfigMap/postgres-config data.pg_hba.conf",
  "ConfigMap/redis-config data.redis.conf",
  "ConfigMap/veza-config data.DB_NAME",
  "ConfigMap/veza-config data.ENV",
  "ConfigMap/veza-config data.LOG_LEVEL",
  "ConfigMap/veza-config data.S3_BUCKET",
  "ConfigMap/veza-config data.app.env",
  "CronJob/postgres-backup spec.jobTemplate.spec.template.spec.containers[backup].env[DB_NAME].value",
  "CronJob/postgres-backup spec.jobTemplate.spec.template.spec.containers[backup].env[KEEP_DAYS].value",
  "CronJob/postgres-backup spec.jobTemplate.spec.template.spec.containers[backup].env[PREVIOUS].value",
  "CronJob/postgres-backup spec.jobTemplate.spec.template.spec.containers[backup].env[RESTORING].value",
  "CronJob/postgres-backup spec.jobTemplate.spec.template.spec.priorityClassName",
  "CronJob/postgres-backup spec.schedule",
  "Deployment/postgres-backup-store spec.template.spec.priorityClassName",
  "Deployment/veza-SERVICE metadata.annotations.polaris.fairwinds.com/deploymentMissingReplicas-exempt",
  "Deployment/veza-SERVICE spec.replicas",
  "Deployment/veza-SERVICE spec.template.metadata.annotations.checksum/config",
  "Deployment/veza-SERVICE spec.template.spec.containers[SERVICE].resources.limits.cpu",
  "Deployment/veza-SERVICE spec.template.spec.containers[SERVICE].resources.limits.memory",
  "Deployment/veza-SERVICE spec.template.spec.containers[SERVICE].resources.requests.cpu",
  "Deployment/veza-SERVICE spec.template.spec.containers[SERVICE].resources.requests.memory",
  "Deployment/veza-SERVICE spec.template.spec.priorityClassName",
  "Deployment/veza-SERVICE spec.template.spec.topologySpreadConstraints[0].nodeTaintsPolicy",
  "Deployment/veza-SERVICE spec.template.spec.topologySpreadConstraints[0].whenUnsatisfiable",
  "Ingress/veza-SUBDOMAIN-ingress metadata.annotations.cert-manager.io/cluster-issuer",
  "Ingress/veza-SUBDOMAIN-ingress spec.rules[0].host",
  "Ingress/veza-SUBDOMAIN-ingress spec.tls[0].hosts[0]",
  "LimitRange/veza-limits spec.limits[0].max.cpu",
  "LimitRange/veza-limits spec.limits[0].max.memory",
  "Namespace/veza-ENVIRONMENT metadata.labels.name",
  "Namespace/veza-ENVIRONMENT metadata.name",
  "NetworkPolicy/postgres spec.ingress[].from[0].namespaceSelector.matchLabels.kubernetes.io/metadata.name",
  "NetworkPolicy/postgres-backup-store spec.ingress[].from[0].namespaceSelector.matchLabels.kubernetes.io/metadata.name",
  "NetworkPolicy/redis spec.ingress[].from[0].namespaceSelector.matchLabels.kubernetes.io/metadata.name",
  "NetworkPolicy/veza-SERVICE spec.ingress[].from[0].namespaceSelector.matchLabels.kubernetes.io/metadata.name",
  "PersistentVolumeClaim/postgres-backups spec.resources.requests.storage",
  "PriorityClass/veza-ENVIRONMENT-services description",
  "PriorityClass/veza-ENVIRONMENT-services metadata.name",
  "PriorityClass/veza-ENVIRONMENT-services value",
  "PriorityClass/veza-ENVIRONMENT-stores description",
  "PriorityClass/veza-ENVIRONMENT-stores metadata.name",
  "PriorityClass/veza-ENVIRONMENT-stores value",
  "ResourceQuota/veza-quota spec.hard.limits.cpu",
  "ResourceQuota/veza-quota spec.hard.limits.ephemeral-storage",
  "ResourceQuota/veza-quota spec.hard.limits.memory",
  "ResourceQuota/veza-quota spec.hard.pods",
  "ResourceQuota/veza-quota spec.hard.requests.cpu",
  "ResourceQuota/veza-quota spec.hard.requests.ephemeral-storage",
  "ResourceQuota/veza-quota spec.hard.requests.memory",
  "ResourceQuota/veza-quota spec.hard.requests.storage",
  "RoleBinding/kube-state-metrics subjects[kube-state-metrics].namespace",
  "RoleBinding/prometheus subjects[prometheus].namespace",
  "StatefulSet/postgres spec.template.metadata.annotations.checksum/config",
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
  "StatefulSet/redis spec.template.metadata.annotations.checksum/config",
  "StatefulSet/redis spec.template.spec.containers[redis].resources.limits.cpu",
  "StatefulSet/redis spec.template.spec.containers[redis].resources.limits.memory",
  "StatefulSet/redis spec.template.spec.containers[redis].resources.requests.cpu",
  "StatefulSet/redis spec.template.spec.containers[redis].resources.requests.memory",
  "StatefulSet/redis spec.template.spec.priorityClassName",
  "StatefulSet/redis spec.volumeClaimTemplates[0].spec.resources.requests.storage",
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

test("of our own environments, none has another's namespace, host, database or bucket in its objects", () => {
  const all = environments.map((environment) => {
    const { name, namespace, domain, database, settings } = environment;
    const hosts = subdomains.map((subdomain) => `${subdomain}.${domain}`);
    const text = Object.values(renderEnvironment(veza, environment).files).join();
    return { name, names: [namespace, ...hosts, database.name, settings.S3_BUCKET], text };
  });
  const shared = all.flatMap(({ name, names }) =>
    all.flatMap((other) =>
      names
        .filter((own) => other.name !== name && new RegExp(`(?<![\\w.#-])${own}(?![\\w-])`).test(other.text))
        .map((own) => `${other.name} has ${own} of ${name}`),
    ),
  );
  expect(shared).toStrictEqual([]);
  expect(all.every(({ names, text }) => names.every((own) => text.includes(own)))).toBe(true);
});
