import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { parseAllDocuments } from 'yaml';

/** A container as a manifest has it: as much of it as the stand-in for the kubelet obeys. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
  readonly volumeMounts?: readonly MountSpec[];
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
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
}

export interface FilesSpec {
  readonly defaultMode?: number;
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
  readonly pod: PodSpec;
  /** Data of the ConfigMaps by name. */
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Synthesizes a chart and takes its one StatefulSet and its ConfigMaps out of the YAML that a cluster would get. */
export function synthesize(build: (chart: Construct) => void): Manifests {
  const app = new App();
  build(new Chart(app, 'test', { namespace: 'test' }));
  const objects = parseAllDocuments(app.synthYaml(), { version: '1.1' }).map((document) => document.toJS());
  return {
    pod: objects.find(({ kind }) => kind === 'StatefulSet').spec.template.spec,
    configMaps: Object.fromEntries(
      objects.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata, data }) => [metadata.name, data]),
    ),
  };
}
