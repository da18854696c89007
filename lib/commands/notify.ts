import { notify } from '../operations/notify';
import { UsageError } from '../problems';
import { commandArguments } from './arguments';
import { run } from './run';

const usage = 'npm run notify -- <text>';

/** Tells the team something. It succeeds even where the webhook fails: a notification must never fail a pipeline. */
async function notifyCommand(args: readonly string[]): Promise<void> {
  const { words } = commandArguments(args, { usage, words: [1, 1], options: {} });
  const [text = ''] = words;
  if (text.trim() === '') throw new UsageError(`usage: ${usage}; the text is empty`);
  await notify(text, process.env.SLACK_WEBHOOK_URL);
}

void run(() => notifyCommand(process.argv.slice(2)));
