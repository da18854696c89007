import { Yaml } from 'cdk8s';
import { distinctPermissions } from '../../cluster/permissions';
import { rolesFor, type Subject } from '../../cluster/roles';
import { environmentPermissions } from '../../operations/deploy/preflight/deploy-permissions';
import { healthPermissions } from '../../operations/health/health-permissions';
import type { Environment } from '../../platform/environment';
import { UsageError } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import { veza } from '../../veza/veza';
import { commandArguments, findEnvironment } from '../arguments';
import { runCommand } from '../run-command';

const usage = 'npm run permissions -- <environment> [--for deploy|health] [--user NAME]... [--group NAME]...';

/** Each permission that some commands take, by what the user is to do. A user who deploys checks the health as well. */
const purposes = {
  deploy: (platform: Platform, environment: Environment) =>
    distinctPermissions([
      ...environmentPermissions(platform, environment),
      ...healthPermissions(platform, environment),
    ]),
  health: healthPermissions,
} as const;

/** Prints the ClusterRole and the Roles that a user needs, and their bindings to the users and groups that are named. */
function permissions(args: readonly string[]): void {
  const { positionals: words, options } = commandArguments(args, {
    usage,
    positionals: [1, 1],
    options: {
      for: { type: 'string', default: 'deploy' },
      user: { type: 'string', multiple: true, default: [] },
      group: { type: 'string', multiple: true, default: [] },
    },
  });
  const environment = findEnvironment(words[0]);
  const purpose = options.for;
  if (!isPurpose(purpose))
    throw new UsageError(`--for ${JSON.stringify(purpose)}: use deploy or health; usage: ${usage}`);
  const subjects: Subject[] = [
    ...options.user.map((name): Subject => ({ kind: 'User', name })),
    ...options.group.map((name): Subject => ({ kind: 'Group', name })),
  ];
  const roles = rolesFor(purposes[purpose](veza, environment), `${environment.namespace}-${purpose}`, subjects);
  console.log(Yaml.stringify(...roles).trimEnd());
}

function isPurpose(text: string): text is keyof typeof purposes {
  return text in purposes;
}

void runCommand(() => permissions(process.argv.slice(2)));
