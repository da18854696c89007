import { layoutRules } from './layout-rules';
import { queryRules } from './query-rules';

/** Every rule of good dashboards. */
export const rules = { ...layoutRules, ...queryRules };
