import { applyRolesSql, createDatabaseSql, makeRolesSql } from '../restored-roles';
import { archiveScript, tablesSql } from './scripts/archive';
import { createScript } from './scripts/create';
import { metricsScript } from './scripts/metrics';
import { missingScript, omittedSql } from './scripts/missing';
import { programScript } from './scripts/program';
import { publishScript } from './scripts/publish';
import { readScript } from './scripts/read';
import { recordScript } from './scripts/record';
import { exchangeSql, restoreScript } from './scripts/restore';
import { retentionScript } from './scripts/retention';
import { savedRolesSql } from './scripts/roles';
import { scratchScript } from './scripts/scratch';
import { stepsScript } from './scripts/steps';

/**
 * UIDs of the pods. Who makes backups and who copies them are one to the volume, so that a backup that was fetched back is
 * like one that was made; whoever only reads belongs to the same group.
 */
export const backupUids = { backup: 10005, store: 10006 } as const;

/** Name of the program among the files. */
export const programFile = 'backup.sh';

/** Name of the pod's /etc/passwd among the files: initdb wants a name for its UID. */
export const usersFile = 'users';

/** Every file of the ConfigMap: name -> content. */
export const backupConfiguration: Readonly<Record<string, string>> = {
  [programFile]: programScript,
  'steps.sh': stepsScript,
  'read.sh': readScript,
  'missing.sh': missingScript,
  'archive.sh': archiveScript,
  'scratch.sh': scratchScript,
  'record.sh': recordScript,
  'publish.sh': publishScript,
  'retention.sh': retentionScript,
  'create.sh': createScript,
  'restore.sh': restoreScript,
  'metrics.sh': metricsScript,
  'tables.sql': tablesSql,
  'omitted.sql': omittedSql,
  'roles.sql': savedRolesSql,
  'create-database.sql': createDatabaseSql,
  'make-roles.sql': makeRolesSql,
  'apply-roles.sql': applyRolesSql,
  'exchange.sql': exchangeSql,
  [usersFile]: `backup:x:${backupUids.backup}:${backupUids.backup}::/:/usr/sbin/nologin\n`,
};
