import type { Delivered } from '../delivery';
import { autoscalers } from './autoscalers';
import { type BackedUp, backups } from './backups';
import { certificates } from './certificates';
import { delivery } from './delivery';
import { endpoints } from './endpoints';
import { pods } from './pods';
import { presence } from './presence';
import type { Check, Row, State } from './row';
import type { Snapshot } from './snapshot';
import { workloads } from './workloads';

/** The state of an environment, worst things first. */
export interface Health {
  readonly environment: string;
  /** Whether nothing is bad. */
  readonly healthy: boolean;
  readonly rows: readonly Row[];
}

const urgency: readonly State[] = ['bad', 'warn', 'ok'];

/** Judges an environment by a snapshot of it. */
export function healthOf(environment: BackedUp & Delivered, snapshot: Snapshot): Health {
  const checks: Check[] = [
    presence,
    delivery(environment),
    workloads,
    pods,
    endpoints,
    autoscalers,
    certificates,
    backups(environment),
  ];
  const rows = checks.flatMap((check) => check(snapshot));
  return {
    environment: environment.name,
    healthy: rows.every(({ state }) => state !== 'bad'),
    rows: urgency.flatMap((state) => rows.filter((row) => row.state === state)),
  };
}
