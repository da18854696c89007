import type { Pod } from './pod';

/** What an exporter of the pod says to Prometheus. */
export async function scrape(pod: Pod, port: number): Promise<string> {
  const script = `fetch('http://127.0.0.2:${port}/metrics').then((answer) => answer.text()).then(console.log)`;
  return (await pod.client([process.execPath, '-e', script])).output;
}
