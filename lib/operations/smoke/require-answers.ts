import type { Environment } from '../../environments/environment';
import type { Platform } from '../../platform';
import { FailedError } from '../../problems';
import { type SmokeOptions, type SmokeResult, smokeLine, smokeTest } from './smoke-test';

/**
 * Tries the public services and says how each request went.
 * @throws FailedError if one is not answered as it should be, or there is none to send
 */
export async function requireAnswers(
  platform: Platform,
  environment: Environment,
  options: Omit<SmokeOptions, 'report'>,
  say: (line: string) => void,
): Promise<void> {
  const results = await smokeTest(platform, environment, { ...options, report: (result) => say(smokeLine(result)) });
  if (results.length === 0) throw new FailedError([`${platform.name} has no public service, so nothing was asked`]);
  const failed = results.filter(({ trouble }) => trouble !== undefined);
  const [first] = failed;
  if (first) throw new FailedError([`${failed.length} of ${results.length} smoke tests failed: ${causeOf(first)}`]);
}

function causeOf({ host, path, trouble }: SmokeResult): string {
  return `${host}${path}: ${trouble}`;
}
