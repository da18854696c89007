import type { Arguments } from './arguments';
import { Exit } from './client';
import type { Release, Releases } from './helm-releases';

/** What a verb of Helm is called with. */
export interface HelmCall {
  readonly releases: Releases;
  readonly words: readonly string[];
  readonly args: Arguments;
  /** Major version that the stand-in answers as. */
  readonly major: number;
}

/** Revisions of the release that is meant. @throws Exit if there is none */
export async function revisionsOf({ releases, words }: HelmCall): Promise<Release[]> {
  const found = await releases.all(words[0] ?? '');
  if (found.length === 0) throw new Exit(1, 'Error: release: not found');
  return found;
}

/** `helm history`. */
export async function history(call: HelmCall): Promise<string> {
  const most = Number(call.args.one('max') ?? 256);
  const rows = (await revisionsOf(call)).slice(-most).map(({ version, info, chart }) => ({
    revision: version,
    updated: info.last_deployed,
    status: info.status,
    chart: `${chart.metadata.name}-${chart.metadata.version}`,
    app_version: chart.metadata.appVersion,
    description: info.description,
  }));
  if (call.args.one('output') === 'json') return `${JSON.stringify(rows)}\n`;
  return rows.map((row) => `${Object.values(row).join('\t')}\n`).join('');
}

/** `helm get manifest`. */
export async function get(call: HelmCall): Promise<string> {
  const [what = '', ...words] = call.words;
  if (what !== 'manifest') throw new Exit(1, `Error: unknown command "${what}" for "helm get"`);
  const revisions = await revisionsOf({ ...call, words });
  const asked = call.args.one('revision');
  const found = revisions.filter(({ version }) => asked === undefined || String(version) === asked).at(-1);
  if (!found) throw new Exit(1, 'Error: release: not found');
  return found.manifest;
}

/** `helm status`. */
export async function status(call: HelmCall): Promise<string> {
  const last = (await revisionsOf(call)).at(-1);
  if (call.args.one('output') === 'json') return `${JSON.stringify(last)}\n`;
  return `NAME: ${last?.name}\nSTATUS: ${last?.info.status}\nREVISION: ${last?.version}\n`;
}

/** `helm list`: the last revision of each release. */
export async function list({ releases, args }: HelmCall): Promise<string> {
  const last = new Map((await releases.all()).map((release) => [release.name, release]));
  const rows = [...last.values()].map(({ name, namespace, version, info, chart }) => ({
    name,
    namespace,
    revision: String(version),
    updated: info.last_deployed,
    status: info.status,
    chart: `${chart.metadata.name}-${chart.metadata.version}`,
    app_version: chart.metadata.appVersion,
  }));
  if (args.one('output') === 'json') return `${JSON.stringify(rows)}\n`;
  return rows.map((row) => `${Object.values(row).join('\t')}\n`).join('');
}
