import { Cursor } from '../../manifests/cursor';
import type { Rule } from '../rule';

export const connectionBudget: Rule = {
  name: 'connection-budget',
  class: 'broken',
  finds: 'More database connections at full scale than the server accepts.',
  why: 'Services fail under load, when connections run out.',
  fix: 'Raise max_connections, or lower the scale or the connection pools.',
  *check(_set, { connectionBudget: budget }) {
    if (budget === undefined) return;
    const demanded = budget.demands.reduce((sum, { connections }) => sum + connections, 0);
    if (demanded <= budget.available) return;
    const demands = budget.demands.map(({ object, connections }) => `${object} ${connections}`).join(', ');
    yield {
      at: new Cursor(budget),
      message: `the database offers ${budget.available} connections, but ${demanded} may be opened (${demands})`,
      remedy: 'raise max_connections, or lower the scale or the pools of its clients',
    };
  },
};
