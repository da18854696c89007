import { type Command, Option } from 'commander';
import { distinctPermissions } from '../../cluster/permissions';
import { rolesFor, type Subject } from '../../cluster/roles';
import { environmentPermissions } from '../../operations/deploy/preflight/deploy-permissions';
import { healthPermissions } from '../../operations/health/health-permissions';
import type { Environment } from '../../platform/environment';
import type { Platform } from '../../platform/platform';
import { writeManifest } from '../../platform/yaml';
import { addExamples, collect, environmentArgument, type VezaProject } from '../arguments';
import { print, type System } from '../system';

/** The permissions that each purpose needs. A user who deploys checks the health as well. */
const purposes = {
  deploy: (platform: Platform, environment: Environment) =>
    distinctPermissions([
      ...environmentPermissions(platform, environment),
      ...healthPermissions(platform, environment),
    ]),
  health: healthPermissions,
} as const;

interface PermissionsOptions {
  readonly for: keyof typeof purposes;
  readonly user: readonly Subject[];
  readonly group: readonly Subject[];
}

/** Adds `veza permissions`. */
export function addPermissionsCommand(program: Command, project: VezaProject, system: System): void {
  const subject = (kind: Subject['kind']) => collect((name): Subject => ({ kind, name }));
  const command = program
    .command('permissions')
    .description('Print the roles that a user of veza needs, with bindings, as YAML.')
    .addArgument(environmentArgument(project))
    .addOption(new Option('--for <purpose>', 'what the user does').choices(Object.keys(purposes)).default('deploy'))
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
    .action((environment: Environment, options: PermissionsOptions) => {
      const roles = rolesFor(
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
  );
}
