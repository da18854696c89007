import type { ContainerStatus, Ended, Pod } from '../objects';
import { minute, since, span } from './age';

/** A restart within this time counts as trouble: CrashLoopBackOff pauses at most 5 minutes, so that twice it is seen. */
const recently = 15 * minute;

/** Reasons to wait that pass by themselves: a pod that starts. All others are told. */
const passing = ['ContainerCreating', 'PodInitializing'];

/** What is wrong with a container now, if anything. */
export function containerTrouble(
  pod: Pod,
  { name, restartCount, state, lastState }: ContainerStatus,
  now: number,
): string[] {
  const { reason = '', message = '' } = state?.waiting ?? {};
  const last = hasFailed(state?.terminated) ? state?.terminated : lastState?.terminated;
  const logs = `kubectl logs -n ${pod.metadata.namespace} ${pod.metadata.name} -c ${name} --previous`;
  if (reason === 'CrashLoopBackOff') {
    return [`container ${name} crashes again and again (${restarts(restartCount)}): ${ending(last)}; ${logs}`];
  }
  if (reason !== '' && !passing.includes(reason)) return [`container ${name} does not start: ${reason}: ${message}`];
  const ago = since(now, last?.finishedAt);
  if (last === undefined || ago > recently) return [];
  const when = `ended ${span(ago)} ago, within the last ${span(recently)}`;
  return [`container ${name} ${when} (${restarts(restartCount)}): ${ending(last)}; ${logs}`];
}

/** A container that once had too little memory, and runs again for a while. */
export function oldOutOfMemory({ name, restartCount, lastState }: ContainerStatus, now: number): string[] {
  const last = lastState?.terminated;
  const ago = since(now, last?.finishedAt);
  if (last?.reason !== 'OOMKilled' || ago <= recently) return [];
  const when = last.finishedAt === undefined ? '' : ` ${span(ago)} ago`;
  return [`container ${name} was killed for want of memory${when} (${restarts(restartCount)}); look at its limit`];
}

/** An init container that has done its work has ended too. */
function hasFailed(ended: Ended | undefined): boolean {
  return ended !== undefined && ended.exitCode !== 0;
}

function ending(last: Ended | undefined): string {
  if (last === undefined) return 'nothing is known of its end';
  const { reason, exitCode, message } = last;
  if (reason === 'OOMKilled') return 'killed for want of memory (OOMKilled): raise its limit';
  const words = message?.trim().split('\n').at(-1) ?? '';
  return `exit code ${exitCode}${words === '' ? '' : `: ${words}`}`;
}

function restarts(count: number): string {
  return count === 1 ? '1 restart in all' : `${count} restarts in all`;
}
