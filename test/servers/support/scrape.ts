import type { Pod } from './pod';

/** What an exporter of the pod says to Prometheus. */
export async function scrape(pod: Pod, port: number): Promise<string> {
  const script = `exec 3<>/dev/tcp/127.0.0.2/${port}; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`;
  const { output } = await pod.client(['bash', '-ec', script]);
  return output.slice(output.indexOf('\r\n\r\n') + 4);
}
