import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import {
  addHelmMetadata,
  type HelmClient,
  type HelmResult,
  type Revision,
  type UpgradeOptions,
} from '../../lib/cluster/helm-client';
import type { Workload } from '../../lib/cluster/kubernetes-types';
import { LockLostError } from '../../lib/cluster/lease';
import { isRolledOut } from '../../lib/cluster/workload-status';
import { UsageError } from '../../lib/platform/errors';
import type { KubeObject } from './cluster/objects';
import type { FakeCluster } from './fake-cluster';
import { type Release, readReleases, releaseSecret } from './helm-records';
import { threeWayPatch } from './three-way-patch';

/** Seconds between two looks at what Helm waits for. */
const interval = 2;

/** What Helm does with the objects of a release, and how long it may take. */
interface Rollout {
  readonly release: Release;
  /** Objects of the revision before. */
  readonly before: readonly KubeObject[];
  readonly timeoutSeconds: number;
  readonly wait: boolean;
  readonly signal: AbortSignal;
}

/** Helm for one release of a fake cluster. It keeps its history there, in Secrets as the real one does. */
export class FakeHelm implements HelmClient {
  /** Every call so far: `upgrade`, `rollback 3`. */
  readonly calls: string[] = [];
  /** What every call fails with while it is set: the words of Helm. */
  outage: string | undefined;
  /** Called when the objects of a revision are applied, before Helm waits for them; what it throws, Helm fails with. */
  onApplied: (revision: number) => void | Promise<void> = () => undefined;

  /** @param name of the release, and of its namespace */
  constructor(
    private readonly cluster: FakeCluster,
    private readonly name: string,
  ) {}

  async history(): Promise<Revision[]> {
    this.refuseRead('history');
    return this.releases.map(({ version, info, chart }) => ({
      revision: version,
      updated: info.last_deployed,
      status: info.status,
      app_version: chart.metadata.appVersion,
      description: info.description,
    }));
  }

  async manifest(revision: number): Promise<string> {
    this.refuseRead('get manifest');
    return this.release(revision).manifest;
  }

  async upgrade(options: UpgradeOptions): Promise<HelmResult> {
    this.calls.push('upgrade');
    const { releases } = this;
    if (this.outage !== undefined) return { failure: this.outage };
    if (releases.at(-1)?.info.status.startsWith('pending-')) {
      return { failure: 'Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress' };
    }
    const base = releases.filter(({ info }) => info.status === 'deployed').at(-1) ?? releases.at(-1);
    const [pending, preparing] = base
      ? ['pending-upgrade', 'Preparing upgrade']
      : ['pending-install', 'Initial install underway'];
    const release = this.newRelease(readChart(options.chart), pending, preparing);
    const problem = await this.rollOut({ ...options, release, before: base ? objectsIn(base.manifest) : [] });
    if (options.signal.reason instanceof LockLostError) return { failure: 'signal: killed' };
    if (problem === undefined) {
      if (base) this.note(base, 'superseded', base.info.description);
      this.succeed(release, options.description);
      return {};
    }
    this.note(release, 'failed', `${base ? 'Upgrade' : 'Release'} "${this.name}" failed: ${problem}`);
    return { failure: await this.undo(base, problem, options) };
  }

  async rollback(revision: number, timeoutSeconds: number, signal: AbortSignal): Promise<HelmResult> {
    this.calls.push(`rollback ${revision}`);
    if (this.outage !== undefined) return { failure: this.outage };
    // A user who interrupts a rollback does not stop it; only a lost lock does.
    const problem = await this.goTo(this.release(revision), timeoutSeconds, signal);
    return problem === undefined ? {} : { failure: `Error: ${problem}` };
  }

  /** Writes a revision as an interrupted Helm leaves it: `pending-upgrade`, `pending-install`, `pending-rollback`. */
  interrupt(chart: Pick<Release, 'manifest' | 'chart'>, status: string, description = 'Preparing upgrade'): void {
    this.newRelease(chart, status, description);
  }

  private get releases(): Release[] {
    return readReleases(this.cluster.objects, this.name);
  }

  private release(revision: number): Release {
    const found = this.releases.find(({ version }) => version === revision);
    if (!found) throw new Error(`Helm has no revision ${revision}`);
    return found;
  }

  /** Refuses what the real Helm could not read. */
  private refuseRead(command: string): void {
    if (this.outage !== undefined) throw new UsageError(`helm ${command}: ${this.outage}`);
    try {
      this.cluster.authorize('list', this.secret);
    } catch (error) {
      throw new UsageError(`helm ${command}: ${(error as Error).message}`);
    }
  }

  /** The place of the Secrets of its history, for questions about permissions. */
  private get secret(): KubeObject {
    return { apiVersion: 'v1', kind: 'Secret', metadata: { name: '', namespace: this.name } };
  }

  private newRelease(content: Pick<Release, 'manifest' | 'chart'>, status: string, description: string): Release {
    const last = this.releases.at(-1);
    const now = this.cluster.objects.time;
    const info = { first_deployed: last?.info.first_deployed ?? now, last_deployed: now, status, description };
    const { manifest, chart } = content;
    this.cluster.authorize('create', this.secret);
    const release = { name: this.name, namespace: this.name, version: (last?.version ?? 0) + 1, manifest, chart, info };
    this.cluster.objects.put(releaseSecret(release));
    return release;
  }

  private note(release: Release, status: string, description: string): void {
    this.cluster.authorize('update', this.secret);
    this.cluster.objects.put(releaseSecret({ ...release, info: { ...release.info, status, description } }));
  }

  /** The release is the deployed one from now on, and those before it are history. */
  private succeed(release: Release, description: string): void {
    const deployed = this.releases.filter(({ info }) => info.status === 'deployed');
    for (const old of deployed) this.note(old, 'superseded', old.info.description);
    this.note(release, 'deployed', description);
  }

  private async undo(base: Release | undefined, problem: string, options: UpgradeOptions): Promise<string> {
    const failure = `Error: UPGRADE FAILED: ${problem}`;
    if (!options.rollback) return base ? failure : `Error: ${problem}`;
    if (!base || base.info.status === 'failed') return `${failure}: release has no previous successful revision`;
    const second = await this.goTo(base, options.timeoutSeconds, new AbortController().signal);
    return second === undefined
      ? `Error: UPGRADE FAILED: release ${this.name} failed, and has been rolled back due to atomic being set: ${problem}`
      : `Error: UPGRADE FAILED: an error occurred while rolling back the release. original upgrade error: ${problem}: ${second}`;
  }

  /** Rolls back to a release as a new revision; returns what went wrong. */
  private async goTo(target: Release, timeoutSeconds: number, signal: AbortSignal): Promise<string | undefined> {
    const last = this.releases.at(-1) ?? target;
    const release = this.newRelease(target, 'pending-rollback', `Rollback to ${target.version}`);
    const lost = new AbortController();
    signal.addEventListener('abort', () => {
      if (signal.reason instanceof LockLostError) lost.abort(signal.reason);
    });
    const before = objectsIn(last.manifest);
    const problem = await this.rollOut({ release, before, timeoutSeconds, wait: true, signal: lost.signal });
    if (lost.signal.aborted) return 'signal: killed';
    if (problem === undefined) this.succeed(release, release.info.description);
    else this.note(release, 'failed', `Rollback "${this.name}" failed: ${problem}`);
    return problem;
  }

  /** Applies the objects of a release, prunes those of the one before, and waits; returns what went wrong. */
  private async rollOut({ release, before, timeoutSeconds, wait, signal }: Rollout): Promise<string | undefined> {
    const objects = objectsIn(release.manifest);
    try {
      for (const object of objects) await this.apply(object, before.find(isSame(object)));
      for (const object of [...before].reverse()) if (!objects.some(isSame(object))) this.prune(object);
      await this.onApplied(release.version);
      return wait ? await this.waitFor(objects, timeoutSeconds, signal) : undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  private async apply(object: KubeObject, before: KubeObject | undefined): Promise<void> {
    const [wanted = object] = addHelmMetadata([object], this.name) as KubeObject[];
    const kind = this.cluster.objects.kindOf(object);
    this.cluster.authorize('get', object);
    const live = this.cluster.objects.find(kind, object.metadata);
    if (!live) {
      await this.cluster.create(wanted);
      return;
    }
    const [old = {}] = before ? addHelmMetadata([before], this.name) : [];
    const patch = threeWayPatch(old, wanted, live);
    const { name, namespace = '' } = object.metadata;
    if (Object.keys(patch).length > 0) await this.cluster.patch(`${object.kind}/${name}`, namespace, patch);
  }

  private prune(object: KubeObject): void {
    const { objects } = this.cluster;
    const live = objects.find(objects.kindOf(object), object.metadata);
    this.cluster.authorize('delete', object);
    if (live && live.metadata.annotations?.['helm.sh/resource-policy'] !== 'keep') objects.delete(live);
  }

  private async waitFor(
    objects: readonly KubeObject[],
    seconds: number,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { clock } = this.cluster;
    const end = clock.elapsed() + seconds * 1000;
    for (;;) {
      if (signal.aborted) return 'context canceled';
      if (objects.every((object) => this.isReady(object))) return undefined;
      if (clock.elapsed() >= end) return 'context deadline exceeded';
      await clock.sleep(interval, signal).catch(() => undefined);
    }
  }

  private isReady(object: KubeObject): boolean {
    const live = this.cluster.objects.find(this.cluster.objects.kindOf(object), object.metadata);
    if (object.kind === 'PersistentVolumeClaim') return (live?.status as { phase?: string })?.phase === 'Bound';
    if (!['Deployment', 'StatefulSet'].includes(object.kind)) return true;
    return live !== undefined && isRolledOut(live as unknown as Workload);
  }
}

function isSame({ apiVersion, kind, metadata }: KubeObject): (other: KubeObject) => boolean {
  return (other) =>
    other.apiVersion === apiVersion &&
    other.kind === kind &&
    other.metadata.namespace === metadata.namespace &&
    other.metadata.name === metadata.name;
}

/** Objects by the manifests that they were read from: each revision is read several times. */
const parsed = new Map<string, readonly KubeObject[]>();

function objectsIn(manifest: string): readonly KubeObject[] {
  const objects =
    parsed.get(manifest) ??
    parseAllDocuments(manifest).flatMap((document) => (document.toJS() as KubeObject | null) ?? []);
  parsed.set(manifest, objects);
  return objects;
}

/** Reads a chart whose files are manifests, in the order of their names. */
function readChart(folder: string): Pick<Release, 'manifest' | 'chart'> {
  const metadata = parse(readFileSync(join(folder, 'Chart.yaml'), 'utf8')) as Release['chart']['metadata'];
  const files = readdirSync(join(folder, 'manifests')).sort();
  const manifest = files.map((file) => `---\n${readFileSync(join(folder, 'manifests', file), 'utf8')}\n`).join('');
  return { manifest, chart: { metadata: { ...metadata, appVersion: String(metadata.appVersion) } } };
}
