import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { staging } from '../../../lib/veza/environments/staging';
import { writeStandIns } from '../../support/cluster/stand-ins';
import { Bed } from './bed';

jest.setTimeout(120_000);

/** Programs with a Helm that has a shorter timeout, and yet time for several observations on a busy machine. */
const tools = join(tmpdir(), `veza-redaction-${process.pid}`);
const impatient = `#!/bin/sh
for word; do
  shift
  case $word in --timeout=*) word=--timeout=15s ;; esac
  set -- "$@" "$word"
done
exec "${tools}/patient-helm" "$@"
`;

let bed: Bed;
beforeAll(async () => {
  writeStandIns(tools);
  renameSync(join(tools, 'helm'), join(tools, 'patient-helm'));
  writeFileSync(join(tools, 'helm'), impatient, { mode: 0o755 });
  bed = await Bed.make(staging, tools);
});
afterAll(async () => {
  await bed.stop();
  rmSync(tools, { recursive: true });
});

test('a log that may hold a secret is printed for the user, and not sent to the webhook', async () => {
  bed.cluster.fail({ image: /chat-server/, as: 'CrashLoopBackOff', log: 'dial postgres://veza:hunter2@db' });
  const { status, stdout, stderr } = await bed.program('deploy', ['staging', 'v1.0.0']);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^error: deploy of v1\.0\.0 failed: pod veza-chat-server-\S+: CrashLoopBackOff: .+; last log lines: dial postgres:\/\/veza:hunter2@db; Helm: .+$/m,
  );
  expect(stdout).toMatch(
    /^notification: v1\.0\.0 was not deployed to staging: deploy of v1\.0\.0 failed: pod veza-chat-server-\S+: CrashLoopBackOff: .+; Helm: .+$/m,
  );
  expect(stdout).not.toContain('hunter2');
});
