import { spawnSync } from 'node:child_process';
import { parseAllDocuments } from 'yaml';
import { bundle } from '../../support/program';

const program = bundle('main.ts');

function permissions(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'permissions', ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** Kind, namespace and name of each object that is printed. */
function printed(...args: readonly string[]): string[] {
  return parseAllDocuments(permissions(...args).stdout).map((document) => {
    const { kind, metadata } = document.toJS() as { kind: string; metadata: { name: string; namespace?: string } };
    return [kind, metadata.namespace, metadata.name].filter((word) => word !== undefined).join(' ');
  });
}

test('roles are named after the environment and what they are for, without bindings unless a subject is named', () => {
  expect(printed('production')).toEqual([
    'ClusterRole veza-production-deploy',
    'Role veza-production veza-production-deploy',
    'Role veza-production-monitoring veza-production-deploy',
  ]);
  expect(printed('staging', '--for', 'health', '--group', 'support').filter((line) => /Binding/.test(line))).toEqual([
    'ClusterRoleBinding veza-staging-health',
    'RoleBinding veza-staging veza-staging-health',
    'RoleBinding veza-staging-monitoring veza-staging-health',
  ]);
});

const hint = '(add --help to see the arguments and options)';

test.each([
  [[], `missing required argument 'environment'\n${hint}`],
  [['prod'], '"prod" is not an environment; use one of staging, production'],
  [
    ['staging', '--for', 'restore'],
    `option '--for <purpose>' argument 'restore' is invalid. Allowed choices are deploy, health.\n${hint}`,
  ],
])('%j is wrong usage', (args, problem) => {
  expect(permissions(...args)).toEqual({ status: 2, stdout: '', stderr: `error: ${problem}\n` });
});
