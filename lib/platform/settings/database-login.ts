import * as z from 'zod';

/** Roles of the server itself: its superuser, its exporter's, the one that backs up and restores, and the one that migrates. */
export const serverRoles = {
  superuser: 'postgres',
  exporter: 'postgres_exporter',
  backup: 'postgres_backup',
  migration: 'postgres_migration',
} as const;

/** Roles that a person cannot name: those of the server, and words that PostgreSQL reads as something else. */
export const reservedRoles: readonly string[] = [...Object.values(serverRoles), 'streaming_replica', 'public', 'none'];
const reservedDatabases: readonly string[] = ['postgres', 'template0', 'template1'];

/** How the services log in to their database, wherever it runs. */
export interface DatabaseLogin {
  /** Name of the database, such as `veza_db`: DB_NAME. */
  readonly name: string;
  /** Role that owns it and everything in it, such as `veza_user`. Services log in as roles of their own. */
  readonly user: string;
}

const identifier = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'use lower-case letters, digits and underscores, no digit first, at most 63');

/** @internal */
export const loginFields = {
  name: identifier.refine((name) => !reservedDatabases.includes(name), {
    error: "is one of PostgreSQL's own databases; use another name",
  }),
  user: identifier.refine((name) => !reservedRoles.includes(name) && !name.startsWith('pg_'), {
    error: "is one of PostgreSQL's own roles; use another name",
  }),
};
