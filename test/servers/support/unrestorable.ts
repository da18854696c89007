import { database } from '../../constructs/postgres/support/stores';
import type { Pod } from './pod';
import { asSuperuser } from './postgres';

/** Objects that the services' role cannot make again: how they are listed as missing -> what makes them. */
export const unrestorable: Readonly<Record<string, string>> = {
  'EXTENSION pg_stat_statements': 'CREATE EXTENSION pg_stat_statements',
  'EXTENSION postgres_fdw': 'CREATE EXTENSION postgres_fdw',
  'SERVER other': 'CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw',
  'EVENT TRIGGER audit': `CREATE FUNCTION audited() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER audit ON ddl_command_end EXECUTE FUNCTION audited()`,
  'PUBLICATION everything': 'CREATE PUBLICATION everything FOR ALL TABLES',
  'OPERATOR CLASS other_ops':
    'CREATE OPERATOR CLASS other_ops FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int)',
  'DEFAULT ACL DEFAULT PRIVILEGES FOR TABLES':
    'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO pg_monitor',
  'ACL TABLE shared': `SET ROLE ${database.user}; CREATE TABLE shared (n int);
    GRANT SELECT ON shared TO postgres WITH GRANT OPTION; RESET ROLE; SET ROLE sharer; RESET ROLE;
    GRANT sharer TO ${database.user}; GRANT SELECT ON shared TO sharer WITH GRANT OPTION;
    SET ROLE sharer; GRANT SELECT ON shared TO pg_monitor; RESET ROLE; REVOKE sharer FROM ${database.user}`,
  'INDEX words_plain': `CREATE EXTENSION unaccent; SET ROLE ${database.user}; CREATE TABLE words (word text);
    CREATE FUNCTION plain(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT unaccent($1)';
    INSERT INTO words VALUES ('é'); CREATE INDEX words_plain ON words (plain(word)); RESET ROLE`,
  'MATERIALIZED VIEW DATA plain_words': `SET ROLE ${database.user};
    CREATE MATERIALIZED VIEW plain_words AS SELECT plain(word) FROM words; RESET ROLE`,
  'TABLE DATA checked': `SET ROLE ${database.user}; CREATE TABLE checked (word text CHECK (plain(word) <> ''));
    INSERT INTO checked VALUES ('a'); RESET ROLE`,
  'rows of public.checked': 'SELECT 1',
  'SUBSCRIPTION incoming':
    "CREATE SUBSCRIPTION incoming CONNECTION 'host=none.test' PUBLICATION p WITH (connect = false)",
};

/** Makes all of them. @throws Error with what the server said */
export async function makeUnrestorable(pod: Pod): Promise<void> {
  for (const statements of ['CREATE ROLE sharer', ...Object.values(unrestorable)]) {
    const output = await asSuperuser(pod, statements, database.name);
    if (/ERROR/.test(output)) throw new Error(`${statements}\n${output}`);
  }
}
