import type { RuleInput } from '../../rules/rule-input';
import { type Dashboard, dashboard } from '../dashboard';
import { deploys } from '../deploys';
import { environmentVariable } from '../variables';
import { edgeRow } from './edge-row';
import { saturationRow } from './saturation-row';
import { budgetRow, signalRow } from './signal-rows';
import { firingRow, levelRow, troubleRow } from './state-rows';
import { storeRows } from './store-rows';

/** The platform at a glance: whether its users are served, and what it is short of. */
export function platformDashboard(input: Pick<RuleInput, 'services' | 'database' | 'cache'>): Dashboard {
  return dashboard({
    uid: 'platform-overview',
    title: 'Platform at a glance',
    description: 'Whether the users of the platform are served well, and what it is short of.',
    variables: [environmentVariable(input.services.map(({ workload }) => workload))],
    annotations: [deploys(input.services)],
    rows: [
      firingRow,
      troubleRow,
      levelRow,
      signalRow,
      budgetRow,
      saturationRow(input.services),
      ...storeRows(input),
      edgeRow,
    ],
  });
}
