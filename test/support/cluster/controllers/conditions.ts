import type { Store } from '../store';
import type { Condition } from '../workloads';

/** A condition of a status. Its time is that of its last change. */
export function withCondition(
  store: Pick<Store, 'time'>,
  status: { readonly conditions?: readonly Condition[] } | object | undefined,
  type: string,
  value: Condition['status'],
  reason: string,
  message?: string,
): Condition {
  const conditions = status && 'conditions' in status ? (status.conditions ?? []) : [];
  const before = conditions.find((condition) => condition.type === type);
  const lastTransitionTime = before?.status === value ? before.lastTransitionTime : store.time;
  return { type, status: value, lastTransitionTime, reason, ...(message === undefined ? {} : { message }) };
}
