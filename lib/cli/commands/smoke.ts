import { parseBaseUrl } from '../../operations/smoke/http-probe';
import { runSmokeTests } from '../../operations/smoke/smoke-test';
import { veza } from '../../veza/veza';
import { commandArguments, findEnvironment } from '../arguments';
import { runCommand } from '../run-command';

/** Asks an environment's public services for what they are for, each answer a line. */
async function smoke(args: readonly string[]): Promise<void> {
  const { positionals: words, options } = commandArguments(args, {
    usage: 'npm run smoke -- <environment> [--base-url URL]',
    positionals: [1, 1],
    options: { 'base-url': { type: 'string' } },
  });
  const environment = findEnvironment(words[0]);
  const url = options['base-url'];
  await runSmokeTests(veza, environment, { address: url === undefined ? undefined : parseBaseUrl(url) }, console.log);
}

void runCommand(() => smoke(process.argv.slice(2)));
