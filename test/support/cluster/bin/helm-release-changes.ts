import type { KubeObject } from '../objects';
import { Exit, Refusal } from './client';
import { chartAt } from './helm-chart';
import { type HelmCall, revisionsOf } from './helm-history';
import { bring, inOrder, prune, ready, refuseForeign, without } from './helm-objects';
import type { Release } from './helm-releases';
import { io } from './io';
import { objectsOf } from './manifests';

/** `helm upgrade --install`. */
export async function upgrade(call: HelmCall): Promise<string> {
  const { releases, words, args } = call;
  const [name = '', folder = ''] = words;
  const chart = chartAt(folder);
  const revisions = await releases.all(name);
  if (revisions.length === 0 && !args.has('install'))
    throw new Exit(1, `Error: UPGRADE FAILED: "${name}" has no deployed releases`);
  if (revisions.at(-1)?.info.status.startsWith('pending-')) {
    throw new Exit(1, 'Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress');
  }
  const installs = revisions.length === 0;
  const objects = inOrder(objectsOf(chart.manifest));
  const base = baseOf(revisions);
  const owner = { name, namespace: releases.namespace };
  if (!args.has('take-ownership')) {
    const fresh = without(objects, base ? objectsOf(base.manifest) : []);
    await refuseForeign(releases.client, fresh, owner, installs ? 'install' : 'update');
  }
  const { manifest, ...metadata } = chart;
  const preparing = installs ? 'Initial install underway' : 'Preparing upgrade';
  const release: Release = {
    ...owner,
    version: (revisions.at(-1)?.version ?? 0) + 1,
    manifest,
    info: infoOf(revisions, installs ? 'pending-install' : 'pending-upgrade', preparing),
    chart: { metadata },
  };
  await releases.create(release);
  const problem = await take(call, release, objects, base ? objectsOf(base.manifest) : [], io().interruption());
  if (problem !== undefined) return failed(call, release, problem, installs, base);
  const done = installs ? 'Install complete' : 'Upgrade complete';
  await supersede(call, release, args.one('description') ?? done, base);
  return `Release "${name}" has been upgraded. Happy Helming!\nSTATUS: deployed\nREVISION: ${release.version}\n`;
}

/** What an upgrade starts from: the last revision that was deployed, or else the last of all. */
function baseOf(revisions: readonly Release[]): Release | undefined {
  return [...revisions].reverse().find(({ info }) => info.status === 'deployed') ?? revisions.at(-1);
}

function infoOf(revisions: readonly Release[], status: string, description: string): Release['info'] {
  const last_deployed = new Date().toISOString();
  return { first_deployed: revisions[0]?.info.first_deployed ?? last_deployed, last_deployed, status, description };
}

/** Takes the cluster to what a release says; returns what went wrong. */
async function take(
  call: HelmCall,
  release: Release,
  objects: readonly KubeObject[],
  before: readonly KubeObject[],
  stop?: AbortSignal,
): Promise<string | undefined> {
  const { client } = call.releases;
  try {
    await bring(client, objects, before, release);
    await prune(client, without(before, objects), release);
    if (!call.args.has('wait') && !rollsBack(call)) return undefined;
    const isReady = await ready(client, objects, release, timeoutOf(call), stop);
    return isReady ? undefined : 'context deadline exceeded';
  } catch (error) {
    if (error instanceof Refusal || error instanceof Exit) return error.message;
    throw error;
  }
}

function rollsBack({ args }: HelmCall): boolean {
  return args.has('atomic') || args.has('rollback-on-failure');
}

/** Milliseconds of `--timeout`. */
function timeoutOf({ args }: HelmCall): number {
  const [, amount = '5', unit = 'm'] = /^([\d.]+)(ms|s|m|h)$/.exec(args.one('timeout') ?? '5m') ?? [];
  return Number(amount) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? 1);
}

async function failed(
  call: HelmCall,
  release: Release,
  problem: string,
  installs: boolean,
  base?: Release,
): Promise<never> {
  const { releases, major } = call;
  const { name } = release;
  const what = installs ? 'Release' : 'Upgrade';
  await releases.update(withInfo(release, 'failed', `${what} "${name}" failed: ${problem}`));
  const flag = major === 3 ? 'atomic' : 'rollback-on-failure';
  if (!rollsBack(call)) throw new Exit(1, installs ? `Error: ${problem}` : `Error: UPGRADE FAILED: ${problem}`);
  if (installs) {
    await uninstall(call);
    throw new Exit(1, `Error: release ${name} failed, and has been uninstalled due to ${flag} being set: ${problem}`);
  }
  const target = base?.info.status === 'failed' ? undefined : base;
  if (!target) throw new Exit(1, `Error: UPGRADE FAILED: ${problem}: release has no previous successful revision`);
  const trouble = await goBack(call, target);
  if (trouble !== undefined) {
    throw new Exit(
      1,
      `Error: UPGRADE FAILED: an error occurred while rolling back the release. original upgrade error: ${problem}: ${trouble}`,
    );
  }
  throw new Exit(
    1,
    `Error: UPGRADE FAILED: release ${name} failed, and has been rolled back due to ${flag} being set: ${problem}`,
  );
}

/** `helm rollback NAME [REVISION]`: to the revision before, if none is named. */
export async function rollback(call: HelmCall): Promise<string> {
  const revisions = await revisionsOf(call);
  const last = revisions.at(-1)?.version ?? 0;
  const asked = Number(call.words[1] ?? 0) || last - 1;
  const target = revisions.find(({ version }) => version === asked);
  if (!target) throw new Exit(1, `Error: release has no ${asked} version`);
  const problem = await goBack(call, target);
  if (problem !== undefined) throw new Exit(1, `Error: ${problem}`);
  return 'Rollback was a success! Happy Helming!\n';
}

async function goBack(call: HelmCall, target: Release): Promise<string | undefined> {
  const { releases } = call;
  const revisions = await releases.all(target.name);
  const last = revisions.at(-1) ?? target;
  const release: Release = {
    ...target,
    version: last.version + 1,
    info: infoOf(revisions, 'pending-rollback', `Rollback to ${target.version}`),
  };
  await releases.create(release);
  const problem = await take(call, release, inOrder(objectsOf(target.manifest)), objectsOf(last.manifest));
  if (problem === undefined) await supersede(call, release, release.info.description);
  else await releases.update(withInfo(release, 'failed', `Rollback "${target.name}" failed: ${problem}`));
  return problem;
}

function withInfo(release: Release, status: string, description = release.info.description): Release {
  return { ...release, info: { ...release.info, status, description } };
}

/** A release is the deployed one from now on; those before it are history, as long as that may be. */
async function supersede({ releases, args }: HelmCall, release: Release, description: string, base?: Release) {
  const earlier = (await releases.all(release.name)).filter(({ version }) => version < release.version);
  const replaced = earlier.filter(({ version, info }) => info.status === 'deployed' || version === base?.version);
  for (const old of replaced) await releases.update(withInfo(old, 'superseded'));
  await releases.update(withInfo(release, 'deployed', description));
  const most = Number(args.one('history-max') ?? 10);
  const surplus = most === 0 ? [] : earlier.slice(0, Math.max(0, earlier.length + 1 - most));
  for (const old of surplus) await releases.delete(old);
}

/** `helm uninstall`: what is not to be kept goes, and the history with it. */
export async function uninstall(call: HelmCall): Promise<string> {
  const { releases, words } = call;
  const [name = ''] = words;
  const revisions = await releases.all(name);
  const last = revisions.at(-1);
  if (!last) throw new Exit(1, `Error: uninstall: Release not loaded: ${name}: release: not found`);
  await prune(releases.client, inOrder(objectsOf(last.manifest)), last);
  for (const revision of revisions) await releases.delete(revision).catch(() => undefined);
  return `release "${name}" uninstalled\n`;
}
