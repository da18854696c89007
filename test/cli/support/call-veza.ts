import type { VezaProject } from '../../../lib/cli/arguments';
import { callVeza } from '../../../lib/cli/program';
import { cluster } from '../../../lib/veza/environments/cluster';
import { development } from '../../../lib/veza/environments/development';
import { environments } from '../../../lib/veza/environments/environments';
import { veza } from '../../../lib/veza/veza';

/** What `main.ts` hands to the command line. */
export const vezaProject: VezaProject = { platform: veza, environments, cluster, development };

/** The exit code of a command, and what it wrote. */
export interface CommandResult {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `veza` in this process, as `main.ts` does. */
export async function runCli(args: readonly string[], project = vezaProject): Promise<CommandResult> {
  const written = { out: '', err: '' };
  const record = (stream: keyof typeof written, end: string) => (text: unknown) => {
    written[stream] += `${text}${end}`;
    return true;
  };
  const restored = [
    replace(console, 'log', record('out', '\n')),
    replace(console, 'error', record('err', '\n')),
    replace(process.stdout, 'write', record('out', '')),
    replace(process.stderr, 'write', record('err', '')),
  ];
  try {
    await callVeza(project, args);
    return { status: Number(process.exitCode ?? 0), ...written };
  } finally {
    process.exitCode = undefined;
    for (const restore of restored) restore();
  }
}

function replace<Name extends string>(
  owner: { [name in Name]: (...args: never[]) => unknown },
  name: Name,
  method: (text: unknown) => boolean,
): () => void {
  const original = owner[name];
  owner[name] = method;
  return () => {
    owner[name] = original;
  };
}
