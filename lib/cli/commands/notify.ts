import { UsageError } from '../../platform/errors';
import { commandArguments } from '../arguments';
import { notify } from '../notifications';
import { runCommand } from '../run-command';

const usage = 'npm run notify -- <text>';

/** Tells the team something. It succeeds even where the webhook fails: a notification must never fail a pipeline. */
async function notifyCommand(args: readonly string[]): Promise<void> {
  const { positionals: words } = commandArguments(args, { usage, positionals: [1, 1], options: {} });
  const [text = ''] = words;
  if (text.trim() === '') throw new UsageError(`usage: ${usage}; the text is empty`);
  await notify(text, process.env.SLACK_WEBHOOK_URL);
}

void runCommand(() => notifyCommand(process.argv.slice(2)));
