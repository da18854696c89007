import { type Autoscaler, condition, idOf } from '../objects';
import { bad, type Row } from './row';
import { ofKind, type Snapshot } from './snapshot';

/**
 * Whether each autoscaler can do its work. One that cannot is bad: the next rush finds nobody who adds pods. One at its
 * maximum is a warning: all that was promised is there, and no reserve is left.
 */
export function autoscalers(snapshot: Snapshot): Row[] {
  return ofKind(snapshot, 'HorizontalPodAutoscaler').map((autoscaler) => {
    const trouble = troubleOf(autoscaler);
    const object = idOf(autoscaler);
    if (trouble !== undefined) return bad('autoscalers', object, trouble);
    return { ...levelOf(autoscaler), check: 'autoscalers', object };
  });
}

function troubleOf(autoscaler: Autoscaler): string | undefined {
  const { conditions = [] } = autoscaler.status ?? {};
  if (conditions.length === 0) return 'no controller has looked at it yet; if that lasts, it is down';
  for (const type of ['AbleToScale', 'ScalingActive']) {
    const found = condition(autoscaler, type);
    if (found?.status === 'True') continue;
    return `does not scale: ${found?.reason ?? `says nothing of ${type}`}: ${found?.message ?? ''}`;
  }
  return undefined;
}

function levelOf({ spec, status }: Autoscaler): Pick<Row, 'state' | 'detail'> {
  const { minReplicas = 1, maxReplicas } = spec;
  const { currentReplicas = 0 } = status ?? {};
  const figures = `${currentReplicas} pods, between ${minReplicas} and ${maxReplicas}`;
  // Where minimum and maximum are one number it is always there, by somebody's will.
  return currentReplicas >= maxReplicas && maxReplicas > minReplicas
    ? { state: 'warn', detail: `${figures}: at its maximum, it cannot grow any more` }
    : { state: 'ok', detail: figures };
}
