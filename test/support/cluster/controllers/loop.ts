import type { Hooks } from '../hooks';
import type { Store } from '../store';
import { autoscalers } from './autoscalers';
import { certificates } from './certificates';
import { claims } from './claims';
import type { Controller, World } from './controller';
import { daemonSets } from './daemon-sets';
import { deployments } from './deployments';
import { disruptionBudgets } from './disruption-budgets';
import { endpointSlices } from './endpoint-slices';
import { jobs } from './jobs';
import { garbage, namespaces } from './namespaces';
import { pods } from './pods';
import { replicaSets } from './replica-sets';
import { statefulSets } from './stateful-sets';

const controllers: readonly Controller[] = [
  namespaces,
  garbage,
  claims,
  autoscalers,
  deployments,
  replicaSets,
  statefulSets,
  daemonSets,
  jobs,
  pods,
  endpointSlices,
  disruptionBudgets,
  certificates,
];

/** Milliseconds between a change and the reaction of the controllers: long enough for a client to see each step. */
const pause = 5;

/** Runs each controller once: a step towards the desired state. */
export function runControllers(world: World): void {
  for (const controller of controllers) controller(world);
}

/** Runs the controllers after each change until they have nothing to do; returns how to stop them. */
export function startControllers(store: Store, hooks: Hooks): () => void {
  const timers = new Set<NodeJS.Timeout>();
  let due = false;
  const world: World = { store, hooks, lookAgain: (milliseconds) => later(milliseconds + 1) };
  const later = (milliseconds: number) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      runControllers(world);
    }, milliseconds);
    timers.add(timer);
  };
  const stopListening = store.listen(() => {
    if (due) return;
    due = true;
    const timer = setTimeout(() => {
      timers.delete(timer);
      due = false;
      runControllers(world);
    }, pause);
    timers.add(timer);
  });
  later(0);
  return () => {
    stopListening();
    for (const timer of timers) clearTimeout(timer);
  };
}
