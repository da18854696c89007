import type { ProcessRunner } from '../../../lib/cluster/process';
import { helm } from './bin/helm';
import { type Io, withIo } from './bin/io';
import { kubectl } from './bin/kubectl';

/**
 * Runs the stand-ins of kubectl and Helm without a process, which takes most of the time of a call. They talk to whatever
 * cluster the kubeconfig leads to.
 */
export function inProcess(kubeconfig: string): ProcessRunner {
  return async (program, args, { input = '', signal, omitVariables: without } = {}) => {
    const variables = Object.entries(process.env).filter(([name]) => !without?.test(name));
    let [stdout, stderr] = ['', ''];
    const io: Io = {
      env: { ...Object.fromEntries(variables), KUBECONFIG: kubeconfig },
      input: () => input,
      out: (text) => {
        stdout += text;
      },
      err: (text) => {
        stderr += text;
      },
      interruption: () => signal ?? new AbortController().signal,
    };
    const status = await withIo(io, () => (program === 'helm' ? helm(args) : kubectl(args)));
    return { status, stdout, stderr };
  };
}
