import { addressOf } from '../operations/smoke/address';
import { smokeLine, smokeTest } from '../operations/smoke/smoke-test';
import { FailedError } from '../problems';
import { veza } from '../veza';
import { commandArguments, environmentNamed } from './arguments';
import { run } from './run';

/** Asks an environment's public services for what they are for, each answer a line. */
async function smoke(args: readonly string[]): Promise<void> {
  const { words, options } = commandArguments(args, {
    usage: 'npm run smoke -- <environment> [--base-url URL]',
    words: [1, 1],
    options: { 'base-url': { type: 'string' } },
  });
  const environment = environmentNamed(words[0]);
  const url = options['base-url'];
  const results = await smokeTest(veza, environment, {
    ...(url === undefined ? {} : { address: addressOf(url) }),
    report: (result) => console.log(smokeLine(result)),
  });
  const failed = results.filter(({ trouble }) => trouble !== undefined);
  if (results.length === 0) throw new FailedError([`${veza.name} has no public service, so nothing was asked`]);
  if (failed.length > 0) throw new FailedError([`${failed.length} of ${results.length} requests failed`]);
}

void run(() => smoke(process.argv.slice(2)));
