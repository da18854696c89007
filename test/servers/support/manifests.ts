import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { parseAllDocuments } from 'yaml';

/** A container as a manifest has it: as much of it as the stand-in for the kubelet obeys. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly Variable[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
  readonly volumeMounts?: readonly MountSpec[];
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
}

/** A variable of a container: its value, or the key of a Secret that holds it. */
export interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: { readonly name: string; readonly key: string };
    readonly fieldRef?: { readonly fieldPath: string };
  };
}

/** The three probes of a container, by their names in the manifest. */
export type ProbeName = 'startupProbe' | 'readinessProbe' | 'livenessProbe';

export interface Probe {
  readonly exec?: { readonly command: readonly string[] };
  readonly tcpSocket?: { readonly port: string };
  readonly httpGet?: { readonly path: string; readonly port: string };
}

export interface MountSpec {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

export interface VolumeSpec {
  readonly name: string;
  readonly emptyDir?: { readonly medium?: string };
  readonly configMap?: FilesSpec & { readonly name: string };
  readonly secret?: FilesSpec & { readonly secretName: string };
  readonly persistentVolumeClaim?: { readonly claimName: string };
}

export interface FilesSpec {
  readonly defaultMode?: number;
  readonly optional?: boolean;
  readonly items?: readonly { readonly key: string; readonly path: string }[];
}

export interface PodSpec {
  readonly securityContext: { readonly fsGroup: number };
  readonly initContainers?: readonly ContainerSpec[];
  readonly containers: readonly ContainerSpec[];
  readonly volumes: readonly VolumeSpec[];
}

/** What a test needs of the objects that were synthesized. */
export interface Manifests {
  /** The pod of the one StatefulSet, or the one that `podOf` chose. */
  readonly pod: PodSpec;
  /** The pod of every workload, by its name. */
  readonly pods: Readonly<Record<string, PodSpec>>;
  /** Data of the ConfigMaps by name. */
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Synthesizes a chart and takes its pods and its ConfigMaps out of the YAML that a cluster would get. */
export function synthesize(build: (chart: Construct) => void): Manifests {
  const app = new App();
  build(new Chart(app, 'test', { namespace: 'test' }));
  return manifestsIn(app.synthYaml());
}

/** Takes pods and ConfigMaps out of YAML. */
export function manifestsIn(yaml: string): Manifests {
  const objects = parseAllDocuments(yaml, { version: '1.1' }).map((document) => document.toJS());
  const workloads = objects.filter(({ kind }) => ['StatefulSet', 'Deployment', 'CronJob'].includes(kind));
  return {
    pod: objects.find(({ kind }) => kind === 'StatefulSet').spec.template.spec,
    pods: Object.fromEntries(workloads.map(({ metadata, spec }) => [metadata.name, templateOf(spec).spec])),
    configMaps: Object.fromEntries(
      objects.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata, data }) => [metadata.name, data]),
    ),
  };
}

/** The same manifests, for the pod of one workload. */
export function podOf(manifests: Manifests, workload: string): Manifests {
  const pod = manifests.pods[workload];
  if (pod === undefined) throw new Error(`there is no workload ${workload}`);
  return { ...manifests, pod };
}

interface WorkloadSpec {
  readonly template?: { readonly spec: PodSpec };
  readonly jobTemplate: { readonly spec: { readonly template: { readonly spec: PodSpec } } };
}

/** A job's pod lies deeper in its manifest than another's. */
function templateOf({ template, jobTemplate }: WorkloadSpec): { readonly spec: PodSpec } {
  return template ?? jobTemplate.spec.template;
}
