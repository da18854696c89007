import * as z from 'zod';
import { count } from './formats';

/** Every GitOps tool. */
export const allGitOpsTools = ['argo-cd', 'flux'] as const;

/** The GitOps tools that can deliver an environment. */
export type GitOpsTool = (typeof allGitOpsTools)[number];

/** How releases reach an environment. */
export interface DeploymentSettings {
  /**
   * Context of the kubeconfig that leads to its cluster, such as `veza-staging`. Every command refuses any other.
   * `kubectl config get-contexts` lists them.
   */
  readonly context: string;
  /**
   * How releases are delivered. The ways overwrite each other, so the namespaces are annotated with the one in use, and
   * a command of another prints a warning.
   */
  readonly delivery: Delivery;
  /** Whether the user is asked for a confirmation before anything changes. */
  readonly confirmed: boolean;
  /** Whether the database is backed up first, unless there is a fresh backup. */
  readonly backup: boolean;
  /** Seconds in which a release must become ready; otherwise it is rolled back. Such as 1200. */
  readonly timeoutSeconds: number;
  /** How the database schema is migrated to a release before its services start. */
  readonly migration: Migration;
}

/** Every way in which releases are delivered. */
export const deliveries = ['helm', 'apply', ...allGitOpsTools] as const;

/**
 * How releases are delivered.
 * `helm` is `veza deploy`: a release that runs may be newer than the one in `dist/`. With the others the cluster runs what
 * `dist/` states: `apply` is `kubectl apply` by a person or a pipeline; `argo-cd` and `flux` are these GitOps tools, whose
 * own objects `veza synth` writes to `gitops/`.
 */
export type Delivery = (typeof deliveries)[number];

/** The GitOps tool that delivers an environment, if one does. */
export function findGitOpsTool(delivery: Delivery): GitOpsTool | undefined {
  return allGitOpsTools.find((tool) => tool === delivery);
}

/** Where a GitOps tool reads the manifests. */
export interface GitOpsSource {
  /** URL of the Git repository that `dist/` is committed to, such as `https://github.com/veza/manifests`. */
  readonly repository: string;
  /** Branch that is delivered, such as `main`. */
  readonly branch: string;
  /** Folder of the manifests in the repository, such as `dist`. */
  readonly path: string;
}

/** @internal */
export const gitOpsSourceSchema = z.strictObject({
  repository: z
    .string()
    .regex(/^(https|ssh):\/\/\S+$/, 'use an https or ssh URL, such as https://github.com/shop/manifests'),
  branch: z.string().regex(/^\S+$/, 'name a branch, such as main'),
  path: z.string().regex(/^[^\s/][^\s]*$/, 'name a folder in the repository, such as dist'),
});

/** Annotation of what Helm leaves in the cluster whatever becomes of the release: data, and what data is lost without. */
export const helmKeepAnnotation = { 'helm.sh/resource-policy': 'keep' } as const;

/** Annotation of the namespaces of an environment: how releases reach it, such as `helm`. */
export const deliveryAnnotation = 'veza.app/delivery';

/** How the database schema is migrated to a release. */
export type Migration = NoMigration | MigrationJob;

/** No separate migration: each service makes and changes its tables itself when it starts, or has none. */
export interface NoMigration {
  readonly kind: 'none';
  /**
   * Whose tables those are, such as `own`: each service has a schema of its name for them, and no other can change or see what
   * is in it. `shared`: they belong to the owner of the database, in `public`, and every service may do everything with all of
   * them. Databases of releases before roles have theirs there.
   */
  readonly tables: 'own' | 'shared';
}

/** A Job with the image of a service migrates the schema. */
export interface MigrationJob {
  readonly kind: 'job';
  /** Service whose image, settings and secrets the Job runs with, at the release that is deployed, such as `backend-api`. */
  readonly service: string;
  /** Program and arguments, instead of the image's own, such as `['./migrate', 'up']`. It may run twice, so it has to be repeatable. */
  readonly command: readonly string[];
  /** Seconds after which the Job counts as failed, such as 600. */
  readonly timeoutSeconds: number;
}

const migrationSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('none'),
    tables: z.enum(
      ['own', 'shared'],
      'use own, or shared if services have tables in the schema public (docs/guides/database-roles.md)',
    ),
  }),
  z.strictObject({
    kind: z.literal('job'),
    service: z.string(),
    command: z.array(z.string()).min(1, 'is empty; name the program and its arguments').readonly(),
    timeoutSeconds: count,
  }),
]);

/** @internal */
export const deploymentSchema = z.strictObject({
  context: z.string().min(1, 'is empty; name the context as `kubectl config get-contexts` does'),
  delivery: z.enum(deliveries),
  confirmed: z.boolean(),
  backup: z.boolean(),
  timeoutSeconds: count,
  migration: migrationSchema,
});
