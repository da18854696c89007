import { ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { PlainRequirements } from '../kubernetes/resources';

/** Metadata and spec of a custom object, with the fields that we set; tests hold them against the CRDs' schemas. */
interface CustomObject<Spec> {
  readonly metadata: k8s.ObjectMeta;
  readonly spec: Spec;
}

/** A volume that the operator claims. */
interface ClaimedVolume {
  readonly storageClass: string;
  readonly size: string;
  readonly resizeInUseVolumes: boolean;
}

/** Where a Cluster finds a plugin, and what it tells it. */
interface Plugin {
  readonly name: string;
  readonly enabled: boolean;
  readonly isWALArchiver: boolean;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The fields of a `Cluster` of CloudNativePG that we set. */
export interface ClusterSpec {
  readonly instances: number;
  readonly imageName: string;
  readonly imagePullPolicy: string;
  readonly inheritedMetadata: { readonly labels: Readonly<Record<string, string>> };
  readonly priorityClassName: string;
  readonly enablePDB: boolean;
  readonly enableSuperuserAccess: boolean;
  readonly primaryUpdateStrategy: 'unsupervised';
  readonly primaryUpdateMethod: 'switchover';
  readonly smartShutdownTimeout: number;
  readonly stopDelay: number;
  readonly switchoverDelay: number;
  readonly bootstrap: Readonly<Record<string, unknown>>;
  readonly externalClusters?: readonly { readonly name: string; readonly plugin: Plugin }[];
  readonly postgresql: {
    readonly parameters: Readonly<Record<string, string>>;
    readonly pg_hba: readonly string[];
    readonly synchronous: {
      readonly method: 'any';
      readonly number: number;
      readonly dataDurability: 'required';
      readonly failoverQuorum: boolean;
    };
  };
  readonly podSelectorRefs: readonly { readonly name: string; readonly selector: k8s.LabelSelector }[];
  readonly certificates: { readonly serverTLSSecret: string; readonly serverCASecret: string };
  readonly storage: ClaimedVolume;
  readonly walStorage: ClaimedVolume;
  readonly ephemeralVolumesSizeLimit: { readonly shm: string; readonly temporaryData: string };
  readonly resources: PlainRequirements;
  readonly affinity: Readonly<Record<string, unknown>>;
  readonly topologySpreadConstraints: readonly k8s.TopologySpreadConstraint[];
  readonly managed: { readonly services: { readonly disabledDefaultServices: readonly string[] } };
  readonly replicationSlots: { readonly highAvailability: { readonly enabled: boolean } };
  readonly plugins: readonly Plugin[];
}

/** A `Cluster` of CloudNativePG: a primary and its standbys. */
export class Cluster extends ApiObject {
  constructor(scope: Construct, id: string, props: CustomObject<ClusterSpec>) {
    super(scope, id, { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', ...props });
  }
}

/** The fields of a `ScheduledBackup` of CloudNativePG that we set. */
export interface ScheduledBackupSpec {
  /** Six fields, the first of them seconds. */
  readonly schedule: string;
  readonly cluster: { readonly name: string };
  readonly method: 'plugin';
  readonly pluginConfiguration: { readonly name: string };
  readonly backupOwnerReference: 'self';
  readonly immediate: boolean;
}

/** A `ScheduledBackup` of CloudNativePG: base backups on a schedule. */
export class ScheduledBackup extends ApiObject {
  constructor(scope: Construct, id: string, props: CustomObject<ScheduledBackupSpec>) {
    super(scope, id, { apiVersion: 'postgresql.cnpg.io/v1', kind: 'ScheduledBackup', ...props });
  }
}

/** The fields of an `ObjectStore` of the plugin Barman Cloud that we set. */
export interface ObjectStoreSpec {
  readonly retentionPolicy: string;
  readonly configuration: {
    readonly destinationPath: string;
    readonly endpointURL: string;
    readonly s3Credentials: {
      readonly accessKeyId: k8s.SecretKeySelector;
      readonly secretAccessKey: k8s.SecretKeySelector;
    };
    readonly wal: { readonly compression: 'gzip'; readonly maxParallel: number };
    readonly data: { readonly compression: 'gzip'; readonly jobs: number };
  };
  readonly instanceSidecarConfiguration: {
    readonly env: readonly k8s.EnvVar[];
    readonly resources: PlainRequirements;
  };
}

/** An `ObjectStore` of the plugin Barman Cloud: where archives are. */
export class ObjectStore extends ApiObject {
  constructor(scope: Construct, id: string, props: CustomObject<ObjectStoreSpec>) {
    super(scope, id, { apiVersion: 'barmancloud.cnpg.io/v1', kind: 'ObjectStore', ...props });
  }
}
