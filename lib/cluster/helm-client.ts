import type { KubernetesManifest } from '../manifests/manifest';

/** One revision of a release, as Helm keeps it. */
export interface Revision {
  readonly revision: number;
  /** When Helm wrote it, in RFC 3339. */
  readonly updated: string;
  /** `deployed`, `superseded`, `failed`, or `pending-…` while Helm works on it or was interrupted. */
  readonly status: string;
  /** Version of what was deployed. */
  readonly app_version: string;
  readonly description: string;
}

/** What a chart is deployed with. */
export interface UpgradeOptions {
  /** Folder of the chart. */
  readonly chart: string;
  readonly timeoutSeconds: number;
  /** Description of the revision in the history. */
  readonly description: string;
  /** Whether to wait until everything is ready. */
  readonly wait: boolean;
  /** Whether Helm rolls back to the revision before if this one does not become ready. */
  readonly rollback: boolean;
  /** Ends Helm early: it rolls back, or is killed at once if the lock is lost. */
  readonly signal: AbortSignal;
}

/** How an upgrade or a rollback ended. */
export interface HelmResult {
  /** Why it failed, in one line; undefined if it succeeded. */
  readonly failure?: string;
}

/** What the operations need of Helm, for the one release of an environment. */
export interface HelmClient {
  /** Lists the revisions that Helm still keeps, the oldest first; none before the first deploy. */
  history(): Promise<Revision[]>;
  /** Reads the manifests of a revision. */
  manifest(revision: number): Promise<string>;
  /** Installs or upgrades the release to a chart. */
  upgrade(options: UpgradeOptions): Promise<HelmResult>;
  /**
   * Rolls the release back to a revision and waits until it is ready.
   * @param signal ends Helm if the lock is lost, and for no other reason
   */
  rollback(revision: number, timeoutSeconds: number, signal: AbortSignal): Promise<HelmResult>;
}

/** Names the Secret in which Helm records a revision, as kubectl takes it. */
export function nameRevisionSecret(release: string, { revision }: Pick<Revision, 'revision'>): string {
  return `secret/sh.helm.release.v1.${release}.v${revision}`;
}

/** Field manager of Helm, by which a dry run and a diff see the fields that Helm wrote before as its own. */
export const helmFieldManager = 'helm';

const managedBy = 'app.kubernetes.io/managed-by';
const releaseName = 'meta.helm.sh/release-name';
const releaseNamespace = 'meta.helm.sh/release-namespace';

/**
 * Adds the metadata that Helm writes to every object, whatever the manifest states. Without it every object would differ at
 * every deploy.
 */
export function addHelmMetadata(objects: readonly KubernetesManifest[], release: string): KubernetesManifest[] {
  return objects.map((object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, [managedBy]: 'Helm' },
      annotations: { ...object.metadata.annotations, [releaseName]: release, [releaseNamespace]: release },
    },
  }));
}

/** Whether Helm wrote an object last: `kubectl apply` overwrites Helm's label, but keeps its annotations. */
export function isManagedByHelm({ metadata }: KubernetesManifest): boolean {
  return metadata.labels?.[managedBy] === 'Helm';
}

/** The name of the Helm release that an object belongs to. */
export function readHelmRelease({ metadata }: KubernetesManifest): string | undefined {
  return metadata.annotations?.[releaseName];
}
