import { FailedError } from '../../problems';
import { runToEnd } from '../jobs/run-to-end';
import { condition, type Pod } from '../objects';
import { poll } from '../poll';
import { byHand, type Site } from '../site';
import { server } from './brakes';
import { serverPod } from './database-server';
import { jobSuffix } from './run-job';
import { type ServerSet, setAsideJob } from './set-aside-job';
import type { Standstill } from './standstill';
import { unendedPod } from './writers';

/** Name of the server's StatefulSet. */
const workload = 'postgres';

/** Keeps on the StatefulSet, until a restore has succeeded, under which name its damaged data were set aside. */
const annotation = 'veza.app/data-set-aside';

/** Seconds in which a pod with a volume ends, and in which a fresh server is ready. */
const timeout = { end: 300, start: 600 } as const;

/** A fresh server in the place of one whose data are damaged. The data stay on the volume, under another name. */
export class FreshServer {
  /** Under which name the damaged data are; undefined as long as the server works with its own. */
  setAside: string | undefined;

  constructor(
    private readonly site: Site,
    private readonly standstill: Standstill,
  ) {}

  /** Finds out whether an earlier restore started a fresh server and did not come to its end. */
  async recall(): Promise<void> {
    const { metadata } = (await this.find()) ?? {};
    this.setAside = metadata?.annotations?.[annotation];
  }

  /**
   * Stops the server, sets its data aside and starts a fresh one. If that fails before the data were renamed, nothing is
   * changed; what an earlier restore has set aside stays where it is.
   * @param bytes that have to be free beside the damaged data
   */
  async start(bytes: number): Promise<void> {
    const { site, standstill } = this;
    const found = await this.find();
    if (!found) throw new FailedError([`there is no StatefulSet ${workload} in ${site.environment.namespace}`]);
    await standstill.hold(server, workload);
    await this.ended();
    const suffix = jobSuffix(site.clock.now());
    const name = this.setAside ?? `damaged-${suffix}`;
    const isFirst = this.setAside === undefined;
    // Before the rename: from then on an interrupted restore leaves an empty server, and the next one has to know.
    await this.note(name);
    const end = await runToEnd(site, setAsideJob(found, { name, bytes }, suffix));
    if (end.kind !== 'complete') {
      if (isFirst) await this.note(null);
      throw new FailedError([`the damaged data were not set aside: ${end.cause}`]);
    }
    await this.resume();
  }

  /** Starts the server again, if a restore has stopped it, and waits until it is ready. */
  async resume(): Promise<void> {
    if (await this.standstill.resume(server, workload)) await this.ready();
  }

  /** The restored database is in its place: the damaged data are nothing but a directory now. */
  async settle(): Promise<void> {
    if (this.setAside !== undefined) await this.note(null);
  }

  /** What to type to remove the damaged data for good. */
  removeCommand(name: string): string {
    return byHand(this.site, `exec ${serverPod} --container=postgres -- sh -c 'rm -r "$PGDATA.${name}"'`);
  }

  private find(): Promise<ServerSet | undefined> {
    const { kubectl, environment } = this.site;
    return kubectl.find<ServerSet>(`statefulset/${workload}`, environment.namespace);
  }

  private async note(name: string | null): Promise<void> {
    const { kubectl, environment } = this.site;
    const patch = JSON.stringify({ metadata: { annotations: { [annotation]: name } } });
    const place = `--namespace=${environment.namespace}`;
    await kubectl.output(['patch', `statefulset/${workload}`, place, '--type=merge', `--patch=${patch}`]);
    this.setAside = name ?? undefined;
  }

  private async ended(): Promise<void> {
    const { clock, signal, progress } = this.site;
    let pod: Pod | undefined;
    const look = async () => {
      pod = await this.pod();
      if (pod) progress.update(`pod ${serverPod} ends`);
      return pod === undefined || undefined;
    };
    const late = () => new FailedError(pod ? [unendedPod(this.site, pod)] : []);
    await poll(look, { clock, signal, seconds: timeout.end, late });
  }

  private async ready(): Promise<void> {
    const { clock, signal, progress } = this.site;
    const look = async () => {
      const pod = await this.pod();
      progress.update(`pod ${serverPod} starts`);
      return (pod && condition(pod, 'Ready')?.status === 'True') || undefined;
    };
    const describe = byHand(this.site, `describe pod/${serverPod}`);
    const late = () => new FailedError([`the fresh server is not ready after ${timeout.start} s: ${describe}`]);
    await poll(look, { clock, signal, seconds: timeout.start, late });
  }

  private pod(): Promise<Pod | undefined> {
    const { kubectl, environment } = this.site;
    return kubectl.find<Pod>(`pod/${serverPod}`, environment.namespace);
  }
}
