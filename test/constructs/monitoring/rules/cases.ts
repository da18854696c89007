import type { AlertCase, GuideCase, QuietCase } from './alert-case';
import { backupCases, backupQuiet } from './cases/backup';
import { cacheCases, cacheQuiet } from './cases/cache';
import { capacityCases, capacityQuiet } from './cases/capacity';
import { databaseCases, databaseQuiet } from './cases/database';
import { databaseClusterCases } from './cases/database-cluster';
import { edgeCases, edgeQuiet } from './cases/edge';
import { guideCases } from './cases/guide';
import { logCases, logQuiet } from './cases/logs';
import { monitoringCases, monitoringQuiet } from './cases/monitoring';
import { nodeCases, nodeQuiet } from './cases/nodes';
import { replicatedCacheCases, replicatedCacheQuiet } from './cases/replicated-cache';
import { serviceMetricCases, serviceMetricQuiet } from './cases/service-metrics';
import { serviceCases, serviceQuiet } from './cases/services';
import { sloCases, sloQuiet } from './cases/slo';
import { targetCases, targetQuiet } from './cases/targets';
import { workloadCases, workloadQuiet } from './cases/workloads';

/** Histories in which each alert fires, and of what is just short of it. */
export const alertCases: readonly AlertCase[] = [
  ...sloCases,
  ...serviceCases,
  ...serviceMetricCases,
  ...targetCases,
  ...databaseCases,
  ...databaseClusterCases,
  ...backupCases,
  ...cacheCases,
  ...replicatedCacheCases,
  ...nodeCases,
  ...workloadCases,
  ...capacityCases,
  ...edgeCases,
  ...monitoringCases,
  ...logCases,
];

/** Histories in which alerts must not fire. */
export const quietCases: readonly QuietCase[] = [
  ...sloQuiet,
  ...serviceQuiet,
  ...serviceMetricQuiet,
  ...targetQuiet,
  ...databaseQuiet,
  ...backupQuiet,
  ...cacheQuiet,
  ...replicatedCacheQuiet,
  ...nodeQuiet,
  ...workloadQuiet,
  ...capacityQuiet,
  ...edgeQuiet,
  ...monitoringQuiet,
  ...logQuiet,
];

/** Histories that the guide's own rules get wrong. */
export const allGuideCases: readonly GuideCase[] = guideCases;
