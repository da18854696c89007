import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoginRole } from '../../../lib/platform/database-roles';
import { database, owner } from '../../constructs/postgres/support/stores';
import type { Pod } from './pod';
import { asRole, asSuperuser, type servicePasswords } from './postgres';

/** The password of the owner. */
export const password = 'a secret that is long enough';

type Service = keyof typeof servicePasswords;

function maker(role: Service, reads: readonly Service[] = []): LoginRole {
  const passwordKey = `DB_PASSWORD_${role.toUpperCase().replace('-', '_')}`;
  return {
    role,
    access: { kind: 'maker', shared: 'write', reads },
    passwordKey,
    connections: 4,
    workloads: [`veza-${role}`],
  };
}

/** Services that make their own tables; one of them may read another's. */
export const makers: readonly LoginRole[] = [
  maker('backend-api'),
  maker('chat-server'),
  maker('stream-server', ['chat-server']),
  owner,
];

/** The same services, where they share all tables. */
export const sharers: readonly LoginRole[] = makers.map((each) =>
  each.access.kind === 'maker' ? { ...each, access: { kind: 'acting' } } : each,
);

/** The same services, once a migration makes all tables. */
export const migrated: readonly LoginRole[] = makers.map((each) =>
  each.access.kind === 'maker' ? { ...each, access: { ...each.access, kind: 'service' } } : each,
);

/** The output of statements that a role runs, or is refused, all in one transaction. */
export async function said(pod: Pod, role: Service, statements: string): Promise<string> {
  return (await asRole(pod, role, statements)).output.trim();
}

/** One object of every kind that is in a schema and has an owner, made without naming a schema. */
export const everyKind = `
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE TYPE pair AS (one int, two int);
CREATE TYPE span AS RANGE (subtype = int4);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE messages (id serial PRIMARY KEY, fixed int GENERATED ALWAYS AS IDENTITY, text text, mood mood, n positive);
CREATE TABLE parts (n int) PARTITION BY RANGE (n);
CREATE TABLE part PARTITION OF parts DEFAULT;
CREATE INDEX ON messages (text);
CREATE VIEW texts AS SELECT text FROM messages;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM messages;
CREATE SEQUENCE numbers;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * n';
CREATE PROCEDURE nothing(n int) LANGUAGE sql AS 'SELECT n';
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int);
CREATE COLLATION plain FROM "C";
CREATE TEXT SEARCH DICTIONARY words (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION english (COPY = pg_catalog.english);
CREATE STATISTICS counts ON id, text FROM messages;
CREATE TRIGGER touched BEFORE UPDATE ON messages FOR EACH ROW EXECUTE FUNCTION touch();
INSERT INTO messages (text, mood, n) VALUES ('hi', 'low', 1), ('ho', 'high', 2);
SELECT nextval('numbers');
`;

/** The owners of everything that is in a schema, with how much each has. */
export function ownersIn(pod: Pod, schema: string): Promise<string> {
  const owners = `SELECT refobjid::regrole, count(*) FROM pg_shdepend CROSS JOIN LATERAL pg_identify_object(classid, objid, 0) AS object
    WHERE deptype = 'o' AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND object.schema = quote_ident('${schema}') GROUP BY 1 ORDER BY 1`;
  return asSuperuser(pod, owners, database.name);
}

/** Statements of the guide: its blocks, and what stands in a line, each by the text that it begins with. */
export function statementsOfGuide(beginning: string): string {
  const guide = readFileSync(join(__dirname, '../../../docs/guides/database-roles.md'), 'utf8');
  const blocks = [...guide.matchAll(/^ *```sql\n([\s\S]*?)```/gm), ...guide.matchAll(/`([A-Z][^`]*?)`/g)];
  const found = blocks.map(([, statements = '']) => statements.trim()).find((each) => each.startsWith(beginning));
  if (found === undefined) throw new Error(`the guide has no statements that begin with ${beginning}`);
  return found;
}
