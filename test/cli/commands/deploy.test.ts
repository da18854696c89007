import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../support/program';

const program = bundle('main.ts');
const folder = mkdtempSync(join(tmpdir(), 'veza-deploy-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command where there are no other tools than those given: a shell script each. */
function deploy(args: readonly string[], tools: Readonly<Record<string, string>> = {}): string[] {
  const bin = mkdtempSync(join(folder, 'bin-'));
  for (const [name, script] of Object.entries(tools)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'deploy', ...args], {
    env: { PATH: bin },
    encoding: 'utf8',
  });
  return [`exit ${status}`, stdout, stderr];
}

const kubectl = 'echo veza-staging';

test.each<[string, string[], Record<string, string>, string]>([
  ['no version', ['staging'], {}, "missing required argument 'version'\n(add --help to see the arguments and options)"],
  ['an unknown environment', ['prod', 'v1.0.0'], {}, '"prod" is not an environment; use one of staging, production'],
  [
    'what is no version',
    ['staging', 'latest'],
    {},
    'version: "latest": use a version such as v1.2.3 or v1.2.3-rc.1, with @sha256:… and 64 hexadecimal digits to state the digest of its image',
  ],
  [
    'an unknown service',
    ['staging', 'v1.0.0', '--service=chat'],
    {},
    '--service "chat" is not a service; use one of backend-api, chat-server, stream-server',
  ],
  [
    'no reason to skip the backup',
    ['staging', 'v1.0.0', '--skip-backup='],
    {},
    '--skip-backup "": give the reason in 10 to 200 characters; it is recorded',
  ],
  [
    'no kubectl',
    ['staging', 'v1.0.0'],
    {},
    'kubectl does not run (spawn kubectl ENOENT); install it and put it on the PATH',
  ],
  [
    'no context',
    ['staging', 'v1.0.0'],
    { kubectl: 'echo' },
    'kubectl has no current context; run `kubectl config use-context veza-staging`',
  ],
  [
    'no Helm',
    ['staging', 'v1.0.0'],
    { kubectl },
    'helm does not run (spawn helm ENOENT); install it and put it on the PATH',
  ],
  [
    'a Helm that takes nothing over',
    ['staging', 'v1.0.0'],
    { kubectl, helm: 'echo v3.16.4' },
    'Helm v3.16.4 is too old; install 3.17.0 or newer',
  ],
])('%s is one line, and nothing is begun', (_, args, tools, problem) => {
  expect(deploy(args, tools)).toStrictEqual(['exit 2', '', `error: ${problem}\n`]);
});
