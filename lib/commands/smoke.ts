import { addressOf } from '../operations/smoke/address';
import { requireAnswers } from '../operations/smoke/require-answers';
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
  await requireAnswers(veza, environment, { address: url === undefined ? undefined : addressOf(url) }, console.log);
}

void run(() => smoke(process.argv.slice(2)));
