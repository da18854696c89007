import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { KubernetesManifest } from '../../manifests/manifest';

/** What a chart is made of. */
export interface ChartInput {
  /** Name of the chart: the environment's namespace. */
  readonly name: string;
  /** What it deploys, for the history: `v1.2.3`, or a release for each service where they differ. */
  readonly release: string;
  /** Manifests by the names of their files. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * The one template. Files are taken as they are: the braces of alert texts and dashboards are theirs, not Helm's. A file
 * that does not begin with a separator gets one.
 */
const template = `{{- range $path, $content := .Files.Glob "manifests/*.yaml" }}
---
{{ $.Files.Get $path }}
{{- end }}
`;

/** A Helm chart of manifests: path -> content. Helm gives it waiting, history, pruning and the way back. */
export function chartFiles({ name, release, files }: ChartInput): Record<string, string> {
  return {
    'Chart.yaml': stringify({ apiVersion: 'v2', name, version: '1.0.0', appVersion: release }),
    'templates/manifests.yaml': template,
    ...Object.fromEntries(Object.entries(files).map(([file, content]) => [`manifests/${file}`, content])),
  };
}

/** Writes a chart into a folder, and returns the folder. */
export function writeChart(folder: string, input: ChartInput): string {
  for (const [path, content] of Object.entries(chartFiles(input))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** Calls with the folder of a chart, which is gone afterwards. */
export async function withTemporaryChart<T>(input: ChartInput, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), `${input.name}-`));
  try {
    return await use(writeChart(folder, input));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const manager = 'app.kubernetes.io/managed-by';
const release = 'meta.helm.sh/release-name';
const releaseNamespace = 'meta.helm.sh/release-namespace';

/**
 * Objects as Helm writes them: it marks each as its own, whatever the manifest says, and without those marks every object
 * would seem to change at every deploy.
 */
export function withHelmMetadata(objects: readonly KubernetesManifest[], name: string): KubernetesManifest[] {
  return objects.map((object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, [manager]: 'Helm' },
      annotations: { ...object.metadata.annotations, [release]: name, [releaseNamespace]: name },
    },
  }));
}

/** Whether Helm wrote an object last. What `kubectl apply` has written since keeps Helm's annotations, and not its label. */
export function isManagedByHelm({ metadata }: KubernetesManifest): boolean {
  return metadata.labels?.[manager] === 'Helm';
}

/** The release that an object belongs to, by its name. */
export function helmReleaseName({ metadata }: KubernetesManifest): string | undefined {
  return metadata.annotations?.[release];
}
