import { type Command, Option } from 'commander';
import { createRoles, removeDuplicates, type Subject } from '../../cluster/permissions';
import { listDatabasePermissions } from '../../operations/database/cluster-manifests';
import { listEnvironmentPermissions } from '../../operations/deploy/preflight/deploy-permissions';
import { listHealthPermissions } from '../../operations/health/snapshot';
import { listRestorePermissions } from '../../operations/restore/restore';
import type { Environment } from '../../platform/environment';
import type { Platform } from '../../platform/platform';
import { writeManifest } from '../../platform/yaml';
import { addExamples, collect, createEnvironmentArgument, type VezaProject } from '../arguments';
import { print, type System } from '../system';

/** The permissions that each purpose needs. Who deploys also makes backups, compares and checks the health. */
const purposes = {
  deploy: (platform: Platform, environment: Environment) =>
    removeDuplicates([
      ...listEnvironmentPermissions(platform, environment),
      ...listHealthPermissions(platform, environment),
    ]),
  health: listHealthPermissions,
  restore: (_: Platform, environment: Environment) => listRestorePermissions(environment),
  database: listDatabasePermissions,
} as const;

const details = `
The roles for deploy suffice for releases, rollback, diff, health and backup as well, those for restore for backup, and those
for database for veza database, restore and restore --to. Anyone with the roles for restore or database can run programs in
the pods of the namespace, and so read its secrets.`;

interface PermissionsOptions {
  readonly for: keyof typeof purposes;
  readonly user: readonly Subject[];
  readonly group: readonly Subject[];
}

export function addPermissionsCommand(program: Command, project: VezaProject, system: System): void {
  const subject = (kind: Subject['kind']) => collect((name): Subject => ({ kind, name }));
  const command = program
    .command('permissions')
    .description('Print the roles that a user needs for a command, with bindings, as YAML.')
    .addArgument(createEnvironmentArgument(project))
    .addOption(
      new Option('--for <purpose>', 'command that the user runs').choices(Object.keys(purposes)).default('deploy'),
    )
    .addOption(
      new Option('--user <name>', 'bind the roles to this user; repeatable')
        .argParser(subject('User'))
        .default([], 'none'),
    )
    .addOption(
      new Option('--group <name>', 'bind the roles to this group; repeatable')
        .argParser(subject('Group'))
        .default([], 'none'),
    )
    .addHelpText('after', details)
    .action((environment: Environment, options: PermissionsOptions) => {
      const roles = createRoles(
        purposes[options.for](project.platform, environment),
        `${environment.namespace}-${options.for}`,
        [...options.user, ...options.group],
      );
      print(system, writeManifest(roles).trimEnd());
    });
  addExamples(
    command,
    'permissions production --group platform | kubectl apply -f -',
    'permissions staging --for health --user ada',
    'permissions production --for restore --group on-call | kubectl apply -f -',
  );
}
