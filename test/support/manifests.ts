import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** Folder of the project. */
export const project = join(__dirname, '..', '..');

/** Folder of the committed manifests. */
export const distFolder = join(project, 'dist');

/** A Kubernetes object as it stands in YAML: what these tests read of it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: Spec;
  readonly data?: Readonly<Record<string, string>>;
  readonly automountServiceAccountToken?: boolean;
  /** Of a PriorityClass. */
  readonly value?: number;
  readonly rules?: readonly RoleRule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
}

export type Labels = Readonly<Record<string, string>>;
export type Amounts = Readonly<Record<string, string>>;

export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** The fields of all kinds' specs that these tests read. */
export interface Spec {
  readonly replicas?: number;
  readonly serviceName?: string;
  readonly selector?: { readonly matchLabels?: Labels } & Readonly<Record<string, unknown>>;
  readonly strategy?: unknown;
  readonly minReadySeconds?: number;
  readonly template?: PodTemplate;
  readonly jobTemplate?: { readonly spec: JobSpec };
  readonly schedule?: string;
  readonly suspend?: boolean;
  readonly timeZone?: string;
  readonly concurrencyPolicy?: string;
  readonly startingDeadlineSeconds?: number;
  readonly successfulJobsHistoryLimit?: number;
  readonly failedJobsHistoryLimit?: number;
  readonly accessModes?: readonly string[];
  readonly resources?: { readonly requests: Amounts };
  readonly volumeClaimTemplates?: readonly Claim[];
  readonly persistentVolumeClaimRetentionPolicy?: RetentionPolicy;
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly scaleTargetRef?: { readonly kind: string; readonly name: string };
  readonly maxUnavailable?: number;
  readonly unhealthyPodEvictionPolicy?: string;
  readonly type?: string;
  readonly clusterIP?: string;
  readonly publishNotReadyAddresses?: boolean;
  readonly externalIPs?: readonly string[];
  readonly ports?: readonly ServicePort[];
  /** Of a Certificate: the Secret that cert-manager makes. */
  readonly secretName?: string;
  /** Of a database cluster: its servers, and the volumes of each. */
  readonly instances?: number;
  readonly storage?: { readonly size: string };
  readonly walStorage?: { readonly size: string };
  readonly ingressClassName?: string;
  readonly tls?: readonly { readonly hosts: readonly string[]; readonly secretName: string }[];
  readonly rules?: readonly IngressRule[];
  readonly podSelector?: { readonly matchLabels?: Labels };
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly PolicyRule[];
  readonly egress?: readonly PolicyRule[];
  readonly hard?: Amounts;
  readonly scopeSelector?: unknown;
  readonly limits?: readonly LimitRangeItem[];
}

export interface PodTemplate {
  readonly metadata: Omit<Metadata, 'name'>;
  readonly spec: PodSpec;
}

export interface JobSpec {
  readonly template: PodTemplate;
  readonly backoffLimit?: number;
  readonly activeDeadlineSeconds?: number;
  readonly ttlSecondsAfterFinished?: number;
}

/** The template of the pods that an object runs: a CronJob's lies deeper than another's. */
export function podTemplate({ spec }: Manifest): PodTemplate | undefined {
  return spec?.template ?? spec?.jobTemplate?.spec.template;
}

export interface RetentionPolicy {
  readonly whenDeleted: string;
  readonly whenScaled: string;
}

export interface Claim {
  readonly metadata: Metadata;
  readonly spec: {
    readonly accessModes: readonly string[];
    readonly storageClassName?: string;
    readonly resources: { readonly requests: Amounts };
  };
}

export interface LimitRangeItem {
  readonly type: string;
  readonly min: Amounts;
  readonly max: Amounts;
  readonly default: Amounts;
  readonly defaultRequest: Amounts;
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort: number | string;
}

/** What a NetworkPolicy lets through. */
export interface PolicyRule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port: number; readonly protocol: string }[];
}

export interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export interface Selector {
  readonly matchLabels?: Labels;
}

export interface IngressRule {
  readonly host: string;
  readonly http: {
    readonly paths: readonly {
      readonly backend: { readonly service: { readonly name: string; readonly port: { readonly number: number } } };
    }[];
  };
}

export interface PodSpec {
  readonly restartPolicy?: string;
  readonly serviceAccountName?: string;
  readonly serviceAccount?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly priorityClassName?: string;
  readonly nodeSelector?: Labels;
  readonly terminationGracePeriodSeconds?: number;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly hostAliases?: unknown;
  readonly securityContext?: PodSecurity;
  readonly affinity?: {
    readonly podAntiAffinity?: {
      readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
        readonly podAffinityTerm: { readonly topologyKey: string; readonly labelSelector: { matchLabels: Labels } };
      }[];
    };
  };
  readonly topologySpreadConstraints?: readonly {
    readonly topologyKey: string;
    readonly whenUnsatisfiable: string;
    readonly nodeTaintsPolicy?: string;
    readonly maxSkew: number;
    readonly labelSelector: { readonly matchLabels: Labels };
  }[];
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
}

export interface PodSecurity {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly fsGroup?: number;
  readonly supplementalGroups?: readonly number[];
  readonly seccompProfile?: { readonly type: string };
  readonly sysctls?: unknown;
  readonly seLinuxOptions?: unknown;
  readonly windowsOptions?: unknown;
}

export interface ContainerSecurity extends PodSecurity {
  readonly allowPrivilegeEscalation?: boolean;
  readonly privileged?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly procMount?: string;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
}

export interface Container {
  readonly terminationMessagePolicy?: string;
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly ports?: readonly ContainerPort[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: unknown;
  readonly resources: { readonly requests: Amounts; readonly limits: Amounts };
  readonly securityContext?: ContainerSecurity;
  readonly startupProbe?: Handler;
  readonly livenessProbe?: Handler;
  readonly readinessProbe?: Handler;
  readonly lifecycle?: {
    readonly preStop?: Handler & { readonly sleep?: { readonly seconds: number } };
    readonly postStart?: Handler;
  };
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
    readonly readOnly?: boolean;
  }[];
}

export interface ContainerPort {
  readonly name: string;
  readonly containerPort: number;
  readonly hostPort?: number;
  readonly protocol: string;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly configMapKeyRef?: KeyRef;
    readonly secretKeyRef?: KeyRef;
    readonly fieldRef?: unknown;
  };
}

export interface KeyRef {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

/** A probe, or what runs at a moment of a container's life. */
export interface Handler {
  readonly httpGet?: { readonly path: string; readonly port: number | string; readonly host?: string };
  readonly tcpSocket?: { readonly port: number | string; readonly host?: string };
  readonly exec?: { readonly command: readonly string[] };
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
}

export interface Volume {
  readonly name: string;
  readonly emptyDir?: { readonly sizeLimit?: string; readonly medium?: string };
  readonly configMap?: { readonly name: string; readonly items?: readonly { readonly key: string }[] };
  readonly secret?: { readonly secretName: string; readonly items?: readonly { readonly key: string }[] };
  readonly projected?: unknown;
  readonly hostPath?: { readonly path: string };
}

/** Every object of a YAML text. A text that is not YAML through and through is an error. */
export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw new Error(document.errors.join('\n'));
    return document.toJS() as Manifest;
  });
}

/** Every object of the files of a folder, by the file's name. */
export function readManifests(folder: string): Map<string, Manifest[]> {
  const names = readdirSync(folder).sort();
  return new Map(names.map((name) => [name, parseManifests(readFileSync(join(folder, name), 'utf8'))]));
}

/** Kind and name, as kubectl writes them. */
export function idOf({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.name}`;
}

/** Every container of a pod, those that run before it included. */
export function containersOf({ containers, initContainers = [] }: PodSpec): Container[] {
  return [...initContainers, ...containers];
}
