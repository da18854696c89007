import * as z from 'zod';

/** How releases reach an environment. */
export interface DeploymentSettings {
  /**
   * Context of the kubeconfig that leads to its cluster, such as `veza-staging`. Every command refuses any other.
   * `kubectl config get-contexts` lists them.
   */
  readonly context: string;
  /**
   * How releases are delivered. The two ways overwrite each other, so the namespaces are annotated with the one in use,
   * and a command of the other prints a warning.
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

/**
 * How releases are delivered.
 * `helm` is `veza deploy`: a release that runs may be newer than the one in `dist/`. `apply` is `kubectl apply` of `dist/`,
 * by hand or by a GitOps tool: the cluster runs what `dist/` states.
 */
export type Delivery = 'helm' | 'apply';

/** Annotation of what Helm leaves in the cluster whatever becomes of the release: data, and what data is lost without. */
export const helmKeepAnnotation = { 'helm.sh/resource-policy': 'keep' } as const;

/** Annotation of the namespaces of an environment: how releases reach it, `helm` or `apply`. */
export const deliveryAnnotation = 'veza.app/delivery';

/** How the database schema is migrated to a release. */
export type Migration = NoMigration | MigrationJob;

/** No separate migration: the services migrate the schema when they start, or there is none. */
export interface NoMigration {
  /** The literal `none`. */
  readonly kind: 'none';
}

/** A Job with the image of a service migrates the schema. */
export interface MigrationJob {
  /** The literal `job`. */
  readonly kind: 'job';
  /** Service whose image, settings and secrets the Job runs with, at the release that is deployed, such as `backend-api`. */
  readonly service: string;
  /** Program and arguments, instead of the image's own, such as `['./migrate', 'up']`. It may run twice, so it has to be repeatable. */
  readonly command: readonly string[];
  /** Seconds after which the Job counts as failed, such as 600. */
  readonly timeoutSeconds: number;
}

const migrationSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('job'),
    service: z.string(),
    command: z.array(z.string()).min(1, 'is empty; name the program and its arguments').readonly(),
    timeoutSeconds: z.int('use a whole number').min(1, 'use at least 1'),
  }),
]);

/** @internal */
export const deploymentSchema = z.strictObject({
  context: z.string().min(1, 'is empty; name the context as `kubectl config get-contexts` does'),
  delivery: z.enum(['helm', 'apply'], 'use helm or apply'),
  confirmed: z.boolean(),
  backup: z.boolean(),
  timeoutSeconds: z.int('use a whole number').min(1, 'use at least 1'),
  migration: migrationSchema,
});
