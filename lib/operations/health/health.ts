import type { Delivered } from '../../cluster/delivery';
import { autoscalers } from './autoscalers';
import { type BackedUp, backups } from './backups';
import { certificates } from './certificates';
import type { Check, CheckResult, State } from './check-result';
import { delivery } from './delivery';
import { endpoints } from './endpoints';
import { pods } from './pods';
import type { Snapshot } from './snapshot';
import { missingObjects, workloads } from './workloads';

/** The state of an environment, worst things first. */
export interface Health {
  readonly environment: string;
  /** Whether nothing is bad. */
  readonly healthy: boolean;
  readonly rows: readonly CheckResult[];
}

const severityOrder: readonly State[] = ['bad', 'warn', 'ok'];

/** Judges an environment by a snapshot of it. */
export function checkHealth(environment: BackedUp & Delivered, snapshot: Snapshot): Health {
  const checks: Check[] = [
    missingObjects,
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
    rows: severityOrder.flatMap((state) => rows.filter((row) => row.state === state)),
  };
}
