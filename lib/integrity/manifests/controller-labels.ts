import type { LabelSelector } from './label-selector';

/** Labels that controllers put on pods, so that no template states them; their values tell the workload's name. */
const ownerNameOf: Readonly<Record<string, (value: string) => string>> = {
  'batch.kubernetes.io/job-name': (value) => value,
  'job-name': (value) => value,
  'statefulset.kubernetes.io/pod-name': (value) => value.replace(/-\d+$/, ''),
};

/** What a selector says of the labels that templates state, and of which workloads' pods it means. */
export function splitByMaker(selector: LabelSelector): { stated: LabelSelector; ownerNames?: readonly string[] } {
  for (const [label, nameOf] of Object.entries(ownerNameOf)) {
    const values = selector.valuesOf(label);
    if (values !== undefined) return { stated: selector.without(label), ownerNames: values.map(nameOf) };
  }
  return { stated: selector };
}
