import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { ProcessResult } from '../../../lib/cluster/process';

/** A program that a guide calls, as a function of the test. */
export type Program = (args: readonly string[]) => Promise<ProcessResult>;

/** Sends its arguments to the test and ends as that says. */
const client = `
const [port, ...call] = process.argv.slice(2);
fetch('http://127.0.0.1:' + port, { method: 'POST', body: JSON.stringify(call) })
  .then((answer) => answer.json())
  .then(({ status, stdout, stderr }) => {
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    process.exitCode = status;
  });
`;

/**
 * Runs the lines of a guide in bash, as a person would who stops at the first error. Programs are functions of the test, so
 * that quotes, variables and substitutions are those of the shell.
 *
 * @returns what the lines print
 * @throws Error with their output if a line fails
 */
export async function runGuide(lines: readonly string[], programs: Readonly<Record<string, Program>>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'guide-'));
  const file = join(folder, 'client.js');
  writeFileSync(file, client);
  const server = createServer(async (request, response) => {
    const [name = '', ...args] = JSON.parse(await text(request)) as string[];
    const failed = (error: unknown): ProcessResult => ({ status: 1, stdout: '', stderr: String(error) });
    const answer = await (programs[name] ?? (() => Promise.reject(new Error(`no program ${name}`))))(args).catch(
      failed,
    );
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const call = (name: string) => `${name}() { '${process.execPath}' '${file}' ${port} ${name} "$@"; }`;
  const script = [...Object.keys(programs).map(call), ...lines].join('\n');
  try {
    return (await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script])).stdout;
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}
