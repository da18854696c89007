import * as z from 'zod';

/** What brings the database's tables up to a release before its services start. */
const migrationSchema = z.discriminatedUnion('kind', [
  /** The services do it themselves when they start, or there is nothing to do. */
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('job'),
    /** Service whose image, settings and secrets the Job runs with, at the release that is deployed. */
    service: z.string(),
    /** What the Job runs instead of the image's own command. It may run twice, so it has to be repeatable. */
    command: z.array(z.string()).min(1, 'is empty; name the program and its arguments').readonly(),
    /** Seconds after which it counts as failed. */
    timeoutSeconds: z.int('use a whole number').min(1, 'use at least 1'),
  }),
]);

/** How releases reach an environment. */
export const deploymentSchema = z.strictObject({
  /** Context of the kubeconfig that leads to its cluster: every command refuses to work in another one. */
  context: z.string().min(1, 'is empty; name the context as `kubectl config get-contexts` does'),
  /** Whether somebody has to say yes before anything changes. */
  confirmed: z.boolean(),
  /** Whether the database is backed up first, unless there is a fresh backup. */
  backup: z.boolean(),
  /** Seconds in which a release has to become ready, or it is rolled back. */
  timeoutSeconds: z.int('use a whole number').min(1, 'use at least 1'),
  migration: migrationSchema,
});

/** How releases reach an environment. */
export type DeploymentSettings = z.infer<typeof deploymentSchema>;

/** What brings the database's tables up to a release. */
export type Migration = DeploymentSettings['migration'];
