import { lintManifests } from '../../lib/lint/lint-manifests';
import { buildCluster, buildEnvironment, type ChartOutput, lintOutput } from '../../lib/synth/render-environment';
import { cluster } from '../../lib/veza/environments/cluster';
import { production } from '../../lib/veza/environments/production';
import { staging } from '../../lib/veza/environments/staging';
import { veza } from '../../lib/veza/veza';
import { median, timed } from './median';

/** What the integrity rules cost over all charts, and over many objects. */
export function integrityRows(): string[] {
  const sets: ChartOutput[] = [staging, production].map((environment) => buildEnvironment(veza, environment));
  const all = cluster === 'none' ? sets : [...sets, buildCluster(veza, cluster)];
  const [first = Number.NaN] = timed(1, () => all.map(lintOutput));
  // So often that what follows is measured in a warm process, whatever other rows it has run before.
  timed(30, () => all.map(lintOutput));
  const charts = median(timed(10, () => all.map(lintOutput)));
  const platform = objectsOf(all, (file) => !/[-.](monitoring|dashboards)$/.test(file));
  const ten = lintTime(copies(platform, 10_000));
  const forty = lintTime(copies(platform, 40_000));
  const monitored = objectsOf(all, () => true);
  const everything = lintTime(copies(monitored, 10_000));
  return [
    `all rules over all charts: ${charts.toFixed(0)} ms once warm (median of 10; at most 35), ${first.toFixed(0)} ms the first time`,
    `all rules over 10,000 objects: ${(ten / 1000).toFixed(2)} s (median of 3; at most 1.2); 40,000 cost ${(forty / ten).toFixed(1)} times as much (at most 5)`,
    `the same with 53 monitoring stacks among them, whose rule files are parsed: ${(everything / 1000).toFixed(2)} s`,
  ];
}

function lintTime(objects: readonly unknown[]): number {
  return median(timed(3, () => lintManifests(objects, { policy: true })));
}

function objectsOf(sets: readonly ChartOutput[], wanted: (file: string) => boolean): unknown[] {
  return sets.flatMap(({ files }) => Object.entries(files).flatMap(([file, objects]) => (wanted(file) ? objects : [])));
}

/** The objects of the charts again and again, each copy in a namespace of its own. */
function copies(objects: readonly unknown[], count: number): unknown[] {
  return Array.from({ length: count }, (_, index) => {
    const text = JSON.stringify(objects[index % objects.length]);
    return JSON.parse(text.replace(/veza-(staging|production|nodes)/g, `$&-${Math.floor(index / objects.length)}`));
  });
}
