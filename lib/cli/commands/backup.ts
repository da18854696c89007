import type { Command } from 'commander';
import { formatBytes, formatDuration } from '../../cluster/format';
import { formatPermissionRemedy, requirePermissions } from '../../cluster/permissions';
import { listRemarks, parseStartTime } from '../../operations/backup/backup-record';
import { copyBackups, createBackup, listBackupPermissions } from '../../operations/backup/create-backup';
import { type BackupEntry, type BackupList, listBackups } from '../../operations/backup/stored-backups';
import type { Environment } from '../../platform/environment';
import {
  addExamples,
  createEnvironmentArgument,
  createFormatOption,
  type Format,
  type VezaProject,
} from '../arguments';
import { type CommandContext, runInCluster } from '../run-command';
import { formatTable, print, type System } from '../system';

/** Adds `veza backup create` and `veza backup list`. */
export function addBackupCommands(program: Command, project: VezaProject, system: System): void {
  const backup = program.command('backup').description('Create or list backups of the database.');
  const create = backup
    .command('create')
    .description('Back up the database now, and copy the backup to the bucket if there is one.')
    .addArgument(createEnvironmentArgument(project))
    .action((environment: Environment) => runBackup(system, environment));
  addExamples(create, 'backup create production');

  const list = backup
    .command('list')
    .description('List the backups on the volume and in the bucket.')
    .addArgument(createEnvironmentArgument(project))
    .addOption(createFormatOption())
    .action((environment: Environment, { format }: { readonly format: Format }) =>
      printBackups(system, environment, format),
    );
  addExamples(list, 'backup list production', 'backup list production --format json');
}

function runBackup(system: System, environment: Environment): Promise<void> {
  return runInCluster(system, environment, async (context) => {
    await requirePermissions(context.kubectl, listBackupPermissions(environment), formatPermissionRemedy(environment));
    const { name, bytes, databaseBytes, seconds } = await createBackup(context);
    const size = `${formatBytes(bytes)} for a database of ${formatBytes(databaseBytes)}`;
    print(system, `backup ${name}: ${size}, in ${formatDuration(seconds)}`);
    const copied = await copyBackups(context);
    if (!copied) print(system, 'warning: no offsite copy is configured; this backup is lost with the cluster');
  });
}

/** Progress goes to stderr, so that a program can read the list. */
function printBackups(system: System, environment: Environment, format: Format): Promise<void> {
  const work = async (context: CommandContext) => {
    await requirePermissions(context.kubectl, listBackupPermissions(environment), formatPermissionRemedy(environment));
    const list = await listBackups(context);
    print(system, format === 'json' ? JSON.stringify(list, null, 2) : formatBackups(list, system.clock.now()));
  };
  return runInCluster(system, environment, work, system.stderr);
}

const columns = ['name', 'where', 'state', 'finished', 'age', 'size', 'database size', 'tables', 'rows'];
const colAligns = columns.map((_, index) => (index < 4 ? 'left' : 'right'));

/**
 * The backups as a table for people.
 * @param now milliseconds
 */
export function formatBackups({ environment, backups, offsite }: BackupList, now: number): string {
  const copies =
    offsite.kind === 'bucket'
      ? `Copies are in bucket ${offsite.bucket} at ${offsite.endpoint}; a backup that is not on the volume is restored from there.`
      : `There are no copies outside the cluster: ${environment} is not protected from the loss of the cluster.`;
  const remarks = backups.flatMap((backup) => [
    ...(isFuture(backup, now) ? [describeFutureBackup(backup)] : []),
    ...listRemarks(backup),
  ]);
  return [
    backups.length === 0
      ? 'There is no backup yet.'
      : formatTable(
          columns,
          backups.map((backup) => formatRow(backup, now)),
          { colAligns },
        ),
    ...remarks,
    copies,
  ].join('\n');
}

/** Milliseconds that the clocks of two machines may differ. */
const clockTolerance = 3_600_000;

function isFuture({ name }: BackupEntry, now: number): boolean {
  return parseStartTime(name) > now + clockTolerance;
}

function describeFutureBackup({ name }: BackupEntry): string {
  return `${name} has a time in the future: a clock is or was wrong. It does not count as a recent backup.`;
}

/** Of a backup that is only in the bucket, nothing but its name is known before it is fetched. */
function stateOf(backup: BackupEntry, now: number): string {
  if (isFuture(backup, now)) return 'from the future';
  if (backup.verified === undefined) return '';
  return backup.verified ? 'verified' : 'unverified';
}

function formatRow(backup: BackupEntry, now: number): string[] {
  const { name, place, finished, bytes, databaseBytes, tables, rows } = backup;
  return [
    name,
    place,
    stateOf(backup, now),
    finished ?? '',
    formatDuration((now - (finished === undefined ? parseStartTime(name) : Date.parse(finished))) / 1000),
    bytes === undefined ? '' : formatBytes(bytes),
    databaseBytes === undefined ? '' : formatBytes(databaseBytes),
    String(tables ?? ''),
    String(rows ?? ''),
  ];
}
