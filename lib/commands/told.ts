import { notify } from '../operations/notify';
import { FailedError, UsageError } from '../problems';

/**
 * Does an operation, and tells people of its end, whichever it is. One that never began is nobody else's business.
 * @param failure what is told where it fails, before the cause: `v1.2.3 was not deployed to staging`
 */
export async function told(failure: string, work: () => Promise<string>): Promise<void> {
  const tell = (text: string) => notify(text, process.env.SLACK_WEBHOOK_URL);
  try {
    const done = await work();
    console.log(done);
    await tell(done);
  } catch (error) {
    if (error instanceof Error && !(error instanceof UsageError)) {
      await tell(`${failure}: ${error instanceof FailedError ? error.news.join('; ') : error.message}`);
    }
    throw error;
  }
}
