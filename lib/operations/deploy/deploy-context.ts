import type { HelmClient, Revision } from '../../cluster/helm-client';
import type { OperationContext } from '../../cluster/operation-context';
import type { OperationLock } from '../../cluster/operation-lock';
import type { KubernetesManifest } from '../../manifests/manifest';
import type { Environment } from '../../platform/environment';
import type { Platform } from '../../platform/platform';
import type { Manifests } from '../../synth/render-environment';
import type { ReleaseChange } from './target-releases';

/** What an upgrade or a rollback of an environment's Helm release works with. */
export interface ReleaseContext extends OperationContext {
  readonly helm: HelmClient;
}

export interface DeployContext extends ReleaseContext {
  readonly platform: Platform;
  /** The exclusive right to change the environment. */
  readonly lock: OperationLock;
  readonly print: (line: string) => void;
  /** Checks the public services until the signal aborts; throws an OperationError that names those that fail. */
  readonly runSmokeTests: (signal: AbortSignal) => Promise<void>;
}

/** What the user asks to deploy. The environment is the context's, as its data states it. */
export interface DeployRequest extends ReleaseChange {
  /** Whether to stop after the plan is printed. */
  readonly dryRun: boolean;
  /** Why the database is not backed up first; undefined if it is. */
  readonly skipBackup: string | undefined;
}

export interface DeployPlan {
  /** The environment at the releases to deploy. */
  readonly environment: Environment;
  /** The releases as printed: `v1.2.3`, or one for each service where they differ. */
  readonly release: string;
  /** Why the database is not backed up first; undefined if it is. */
  readonly skipBackup: string | undefined;
  readonly manifests: Manifests;
  /** Helm's history when the plan was made. */
  readonly history: readonly Revision[];
  /** Objects that the API server could not validate yet, since their namespace does not exist. */
  readonly unvalidated: readonly KubernetesManifest[];
}
