import type { Delivered } from '../../cluster/delivery';
import type { Environment } from '../../platform/environment';
import { checkAutoscalers } from './autoscalers';
import { type BackedUp, checkBackups } from './backups';
import { checkCertificates } from './certificates';
import type { Check, CheckResult, State } from './check-result';
import { checkDatabaseCluster } from './database-cluster';
import { checkDeclaredObjects, checkDelivery } from './declared-objects';
import { checkEndpoints } from './endpoints';
import { checkGateways } from './gateways';
import { checkPods } from './pods';
import { checkReplicatedCache } from './replicated-cache';
import type { Snapshot } from './snapshot';
import { checkWorkloads } from './workloads';

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
    checkDeclaredObjects,
    checkDelivery(environment),
    checkWorkloads,
    checkPods,
    checkEndpoints,
    checkAutoscalers,
    checkCertificates,
    checkGateways,
    checkBackups(environment),
    checkDatabaseCluster(environment),
    checkReplicatedCache(environment),
  ];
  const rows = checks.flatMap((check) => check(snapshot));
  return {
    environment: environment.name,
    healthy: rows.every(({ state }) => state !== 'failed'),
    rows: severityOrder.flatMap((state) => rows.filter((row) => row.state === state)),
  };
}
