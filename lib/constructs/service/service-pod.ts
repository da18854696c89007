import { hasDigest } from '../../platform/release';
import { callsKubernetes, getPortNumber, type ServiceContract } from '../../platform/service-contract';
import type { AuthorityFile } from '../../platform/settings/database';
import type { ContainerResources } from '../../platform/settings/resources';
import { type ConfigBundle, envFileKey } from '../config/config-bundle';
import type { SecretBundle } from '../config/secret-bundle';
import { k8s } from '../kubernetes/k8s';
import { computeChecksum, omitEmpty } from '../kubernetes/metadata';
import {
  apiToken,
  noApiAccess,
  onLinux,
  secureContainer,
  securePod,
  spreadAcrossNodes,
} from '../kubernetes/pod-defaults';
import { toCanonicalQuantity, toRequirements } from '../kubernetes/resources';
import { authorityMount, makeAuthorityVolume, rootCertificate } from '../postgres/server-certificate';

/** Properties of a service's pod. */
export interface ServicePodProps {
  /** Contract of the service. */
  readonly contract: ServiceContract;
  /** Release: the image's tag, or its tag and digest. */
  readonly version: string;
  /** Resources of its container. */
  readonly resources: ContainerResources;
  /** The settings that its environment variables refer to. */
  readonly config: ConfigBundle;
  /** The secrets that its environment variables refer to. */
  readonly secrets: SecretBundle;
  /** ServiceAccount of its pods, such as `veza-service-account`. */
  readonly serviceAccountName: string;
  /** PriorityClass of its pods, such as `veza-staging-services`. */
  readonly priorityClassName: string;
  /**
   * How this service logs in to the database, where it differs from others.
   * @default - as all services: settings and secrets under their own names
   */
  readonly databaseLogin?: ServiceLogin;
  /**
   * Authorities with which a service that calls the database verifies its server: libpq and the drivers that follow it read
   * their file's path from PGSSLROOTCERT.
   * @default - none, the server is not verified
   */
  readonly databaseAuthority?: AuthorityFile;
}

/** What a service reads that is its own: the same variables have other values in other services. */
export interface ServiceLogin {
  /** Settings by name, with their text, such as `DB_USER`. */
  readonly settings: Readonly<Record<string, string>>;
  /** Secrets by name, with the key that their value is under, such as `DB_PASSWORD_CHAT_SERVER` of `DB_PASSWORD`. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** UID and GID that the guide's Dockerfiles build into our images. */
export const imageUid = 1001;

/** Seconds until the cluster sends a terminating pod no more requests. */
const preStopSeconds = 10;

/** Seconds that a pod has left for its end after it has drained. */
const graceReserveSeconds = 5;

/** Annotations of the pods: they restart when the configuration that they read changes, and only then. */
export function makeServiceAnnotations({ contract, config }: ServicePodProps): Record<string, string> {
  const files = contract.mountsEnvFile ? [envFileKey] : [];
  return { 'checksum/config': computeChecksum(config.content([...contract.settings, ...files])) };
}

/**
 * The spec of a service's pods.
 * @param name name of the workload
 * @param replicas fewest pods that the workload has
 */
export function makeServicePod(name: string, replicas: number, props: ServicePodProps): k8s.PodSpec {
  const { contract, config, serviceAccountName, priorityClassName } = props;
  return {
    serviceAccountName,
    ...noApiAccess,
    ...onLinux,
    priorityClassName,
    securityContext: securePod(imageUid),
    ...spreadAcrossNodes(name, replicas),
    terminationGracePeriodSeconds: preStopSeconds + contract.drainSeconds + graceReserveSeconds,
    containers: [makeServiceContainer(props)],
    volumes: [
      { name: 'tmp', emptyDir: { sizeLimit: toCanonicalQuantity(contract.tmpSize) } },
      ...(contract.mountsEnvFile
        ? [{ name: 'config', configMap: { name: config.name, items: [{ key: envFileKey, path: envFileKey }] } }]
        : []),
      ...(callsKubernetes(contract) ? [apiToken.volume] : []),
      ...(verifiesDatabase(props) ? [makeAuthorityVolume(props.databaseAuthority)] : []),
    ],
  };
}

function makeServiceContainer(props: ServicePodProps): k8s.Container {
  const { contract, version, resources, config, secrets, databaseLogin } = props;
  return {
    name: contract.name,
    image: `${contract.image}:${version}`,
    imagePullPolicy: hasDigest(version) ? 'IfNotPresent' : 'Always',
    ports: Object.entries(contract.ports).map(([name, containerPort]) => ({ name, containerPort, protocol: 'TCP' })),
    env: omitEmpty([
      ...Object.entries(contract.portVariables).map(([name, port]) => ({
        name,
        value: String(getPortNumber(contract, port)),
      })),
      ...contract.settings.map((name) => {
        const value = databaseLogin?.settings[name];
        return value === undefined ? config.variable(name) : { name, value };
      }),
      ...contract.secrets.map((name) => secrets.variable(name, databaseLogin?.secrets[name])),
      ...(verifiesDatabase(props) ? [rootCertificate] : []),
    ]),
    resources: toRequirements(resources),
    securityContext: secureContainer(imageUid),
    ...makeProbes(contract),
    lifecycle: { preStop: { exec: { command: ['/bin/sleep', String(preStopSeconds)] } } },
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      // Only the file: a directory mount would hide the other files that the image has there.
      ...(contract.mountsEnvFile
        ? [{ name: 'config', mountPath: `/app/config/${envFileKey}`, subPath: envFileKey, readOnly: true }]
        : []),
      ...(callsKubernetes(contract) ? [apiToken.mount] : []),
      ...(verifiesDatabase(props) ? [authorityMount] : []),
    ],
  };
}

function verifiesDatabase(
  props: ServicePodProps,
): props is ServicePodProps & { readonly databaseAuthority: AuthorityFile } {
  return props.databaseAuthority !== undefined && props.contract.calls.includes('database');
}

/** Probes with the guide's paths and periods. A startup probe of up to 150 s replaces its fixed delay of 30 s. */
function makeProbes({
  health,
}: ServiceContract): Pick<k8s.Container, 'startupProbe' | 'livenessProbe' | 'readinessProbe'> {
  const get = (path: string) => ({ httpGet: { path, port: k8s.IntOrString.fromString('http') }, timeoutSeconds: 3 });
  return {
    startupProbe: { ...get(health.live), periodSeconds: 5, failureThreshold: 30 },
    livenessProbe: { ...get(health.live), periodSeconds: 10, failureThreshold: 3 },
    readinessProbe: { ...get(health.ready), periodSeconds: 5, failureThreshold: 3 },
  };
}
