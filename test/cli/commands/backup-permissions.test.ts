import { createRoles, type Permission, subtractPermissions } from '../../../lib/cluster/permissions';
import { listBackupPermissions } from '../../../lib/operations/backup/create-backup';
import { listEnvironmentPermissions } from '../../../lib/operations/deploy/preflight/deploy-permissions';
import { listRestorePermissions } from '../../../lib/operations/restore/restore';
import { veza } from '../../../lib/veza/veza';
import { record } from '../../support/backup-fixtures';
import { BackupHarness } from '../../support/backup-harness';
import { user } from '../../support/cluster/access';
import { staging } from '../../support/environments/staging';
import { call } from '../support/backup-call';

const restoreRemedy = '`npx veza permissions staging --for restore` prints roles that grant them';
const restore = `restore staging ${record.name} --yes`;

/** Gives the user these permissions, and no others. */
function grantOnly({ cluster }: BackupHarness, permissions: readonly Permission[]): void {
  cluster.add(...(createRoles(permissions, 'test', [{ kind: 'User', name: user }]) as Parameters<typeof cluster.add>));
  cluster.hooks.enforcesRoles = true;
}

function nameOf({ verb, resource }: Permission): string {
  return `${verb} ${resource}`;
}

test.each<[string, readonly Permission[]]>([
  ['backup create staging', listBackupPermissions(staging)],
  ['backup list staging', listBackupPermissions(staging)],
  [restore, listRestorePermissions(staging)],
  [`${restore} --fresh-server`, listRestorePermissions(staging)],
])('veza %s needs no permission but those that it checks', async (command, permissions) => {
  const harness = BackupHarness.withBucket();
  grantOnly(harness, permissions);
  const { status, stderr } = await call(harness, command);
  expect({ status, problems: stderr.filter((line) => line.startsWith('error')) }).toEqual({ status: 0, problems: [] });
});

test.each(listRestorePermissions(staging).map(nameOf))(
  'a restore without the permission to %s takes no lock and changes nothing',
  async (permission) => {
    const harness = new BackupHarness();
    harness.cluster.deny(permission);
    expect(await call(harness, restore)).toEqual({
      status: 2,
      stdout: [],
      stderr: [`error: missing permissions in veza-staging: ${permission}; ${restoreRemedy}`],
    });
    expect(harness.events).toEqual([]);
    expect(harness.cluster.objects.all('Lease')).toEqual([]);
  },
);

test.each(['backup create staging', 'backup list staging'])(
  'veza %s names every missing permission, and creates no Job',
  async (command) => {
    const harness = new BackupHarness();
    harness.cluster.deny('create jobs.batch', 'get pods/log');
    const remedy = '`npx veza permissions staging` prints roles that grant them';
    expect(await call(harness, command)).toEqual({
      status: 2,
      stdout: [],
      stderr: [`error: missing permissions in veza-staging: create jobs.batch, get pods/log; ${remedy}`],
    });
    expect(harness.events).toEqual([]);
  },
);

test('who may deploy may back up, and restore with the right to run programs in pods', () => {
  const deploy = listEnvironmentPermissions(veza, staging);
  expect(subtractPermissions(listBackupPermissions(staging), deploy)).toEqual([]);
  expect(subtractPermissions(listRestorePermissions(staging), deploy).map(nameOf)).toEqual(['create pods/exec']);
});
