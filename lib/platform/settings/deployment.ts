import * as z from 'zod';

/** How releases reach an environment. */
export interface DeploymentSettings {
  /**
   * Context of the kubeconfig that leads to its cluster, such as `veza-staging`: every command refuses to work in
   * another one. `kubectl config get-contexts` names them.
   */
  readonly context: string;
  /**
   * Which of the two ways releases take, since each undoes the other. The namespaces are marked with it, so that commands
   * of the other way warn.
   */
  readonly delivery: Delivery;
  /** Whether a person has to say yes before anything changes. */
  readonly confirmed: boolean;
  /** Whether the database is backed up first, unless there is a fresh backup. */
  readonly backup: boolean;
  /** Seconds in which a release has to become ready, or it is rolled back, such as 1200. */
  readonly timeoutSeconds: number;
  /** What brings the database's tables up to a release before its services start. */
  readonly migration: Migration;
}

/**
 * The way that releases take: `helm` is `npx veza deploy`, and `dist/` may state an older release than what runs; `apply` is
 * `kubectl apply` of `dist/`, by hand or by a GitOps tool, and `dist/` states what runs.
 */
export type Delivery = 'helm' | 'apply';

/** Annotation of the namespaces of an environment: how releases reach it, `helm` or `apply`. */
export const deliveryAnnotation = 'veza.app/delivery';

/** What brings the database's tables up to a release. */
export type Migration = NoMigration | MigrationJob;

/** The services do it themselves when they start, or there is nothing to do. */
export interface NoMigration {
  /** The literal `none`. */
  readonly kind: 'none';
}

/** A Job with the image of a service does it. */
export interface MigrationJob {
  /** The literal `job`. */
  readonly kind: 'job';
  /** Service whose image, settings and secrets the Job runs with, at the release that is deployed: `backend-api`. */
  readonly service: string;
  /** What the Job runs instead of the image's own command. It may run twice, so it has to be repeatable. */
  readonly command: readonly string[];
  /** Seconds after which it counts as failed, such as 600. */
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
