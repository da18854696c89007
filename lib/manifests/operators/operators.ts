import { certificatesAndSecrets } from './certificates-and-secrets';
import { cloudNativePg } from './cloudnative-pg';
import type { OperatorKind } from './operator-kind';
import { prometheusOperator } from './prometheus-operator';
import { strimzi } from './strimzi';
import { trafficAndScaling } from './traffic-and-scaling';

/** What operators in common use make: one row a kind, more where several operators make something for it. */
export const operators: readonly OperatorKind[] = [
  ...certificatesAndSecrets,
  ...cloudNativePg,
  ...prometheusOperator,
  ...strimzi,
  ...trafficAndScaling,
];
