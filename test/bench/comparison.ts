import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeChart } from '../../lib/operations/deploy/helm-upgrade';
import { synthesize } from '../../lib/synth/synthesize';
import { cluster } from '../../lib/veza/environments/cluster';
import { environments } from '../../lib/veza/environments/environments';
import { veza } from '../../lib/veza/veza';
import { installTools, toolsFolder } from '../servers/support/tools-harness';
import { median } from './median';

const rounds = 9;

/** A synth beside the programs that many use instead, on the same objects: in turns, so that a busy machine slows all alike. */
export function comparisonRows(): string[] {
  installTools();
  const folder = mkdtempSync(join(tmpdir(), 'veza-bench-'));
  try {
    const programs = inputsOf(folder);
    const costs = Array.from({ length: rounds }, () => programs.map(({ commands }) => commands.map(run).reduce(add)));
    const medians = programs.map((_, index) => medianOf(costs.flatMap((round) => round[index] ?? [])));
    const [ours, ...others] = medians;
    if (ours === undefined) return [];
    return [
      `node lib/cli/veza.js synth: ${format(ours)} (median of ${rounds})`,
      ...others.map((cost, index) => {
        const [time, cpu] = [ours.seconds / cost.seconds, ours.cpuSeconds / cost.cpuSeconds];
        const { name = '', bound = '' } = programs[index + 1] ?? {};
        return `${name}: ${format(cost)}; ours takes ${time.toFixed(1)} times as long, and ${cpu.toFixed(1)} times as much CPU${bound}`;
      }),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Compared {
  readonly name: string;
  /** Run one after the other. */
  readonly commands: readonly (readonly string[])[];
  readonly bound?: string;
}

/** Writes the objects in the form that each program reads. */
function inputsOf(folder: string): Compared[] {
  const bin = toolsFolder('helm4');
  const outdir = join(folder, 'dist');
  const project = { platform: veza, environments, cluster, secretValues: () => ({}) };
  const { files } = synthesize({ ...project, outdir, secretsDir: join(folder, 'secrets') });
  const names = files.map(({ path }) => path.slice(outdir.length + 1));
  writeFileSync(join(outdir, 'kustomization.yaml'), `resources:\n${names.map((name) => `- ${name}\n`).join('')}`);
  const charts = environments.map((environment) => {
    const chart = join(folder, environment.name);
    mkdirSync(chart);
    const own = files.filter(({ path }) => /^[^.-]+/.exec(path.slice(outdir.length + 1))?.[0] === environment.name);
    const manifests = Object.fromEntries(own.map(({ path, content }) => [path.slice(outdir.length + 1), content]));
    return writeChart(chart, { name: environment.namespace, release: 'v1.0.0', files: manifests });
  });
  return [
    {
      name: 'node lib/cli/veza.js synth',
      commands: [['env', `CDK8S_OUTDIR=${join(folder, 'out')}`, process.execPath, resolve('lib/cli/veza.js'), 'synth']],
    },
    {
      name: 'kubectl kustomize of dist/',
      commands: [[join(bin, 'kubectl'), 'kustomize', outdir]],
      bound: ' (at most 1.0)',
    },
    {
      name: `helm template of the charts that ${environments.length} deploys write`,
      commands: charts.map((chart) => [join(bin, 'helm'), 'template', 'release', chart]),
    },
  ];
}

interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

function run(command: readonly string[]): Cost {
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%R %U %S"; time "$@" > /dev/null', 'bash', ...command],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  const [seconds = 0, user = 0, system = 0] = stderr.trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
  return { seconds, cpuSeconds: user + system };
}

function add(one: Cost, other: Cost): Cost {
  return { seconds: one.seconds + other.seconds, cpuSeconds: one.cpuSeconds + other.cpuSeconds };
}

function medianOf(costs: readonly Cost[]): Cost {
  return {
    seconds: median(costs.map(({ seconds }) => seconds)),
    cpuSeconds: median(costs.map(({ cpuSeconds }) => cpuSeconds)),
  };
}

function format({ seconds, cpuSeconds }: Cost): string {
  return `${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of CPU`;
}
