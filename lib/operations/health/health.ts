import type { Delivered } from '../../cluster/delivery';
import type { Environment } from '../../platform/environment';
import { autoscalers } from './autoscalers';
import { type BackedUp, backups } from './backups';
import { certificates } from './certificates';
import type { Check, CheckResult, State } from './check-result';
import { databaseCluster } from './database-cluster';
import { delivery, missingObjects } from './declared-objects';
import { endpoints } from './endpoints';
import { gateways } from './gateways';
import { pods } from './pods';
import { replicatedCache } from './replicated-cache';
import type { Snapshot } from './snapshot';
import { workloads } from './workloads';

/** The state of an environment. */
export interface Health {
  readonly environment: string;
  /** Whether no check failed. */
  readonly healthy: boolean;
  /** Failures first, then warnings. */
  readonly rows: readonly CheckResult[];
}

const severityOrder: readonly State[] = ['failed', 'warning', 'ok'];

/** Checks the health of an environment by a snapshot of it. */
export function checkHealth(
  environment: BackedUp & Delivered & Pick<Environment, 'cache'>,
  snapshot: Snapshot,
): Health {
  const checks: Check[] = [
    missingObjects,
    delivery(environment),
    workloads,
    pods,
    endpoints,
    autoscalers,
    certificates,
    gateways,
    backups(environment),
    databaseCluster(environment),
    replicatedCache(environment),
  ];
  const rows = checks.flatMap((check) => check(snapshot));
  return {
    environment: environment.name,
    healthy: rows.every(({ state }) => state !== 'failed'),
    rows: severityOrder.flatMap((state) => rows.filter((row) => row.state === state)),
  };
}
