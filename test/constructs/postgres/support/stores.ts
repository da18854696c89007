import type { SingleCache } from '../../../../lib/platform/settings/cache';
import type { SingleDatabase } from '../../../../lib/platform/settings/database';
import { defaultParameters } from '../../../../lib/platform/settings/postgres-parameters';

const amounts = { cpu: '1', memory: '2Gi', ephemeralStorage: '1Gi' };
const resources = { requests: amounts, limits: amounts };

/** A valid database in the cluster, with the guide's settings. */
export const database: SingleDatabase = {
  kind: 'single',
  name: 'veza_production',
  user: 'veza_user',
  resources,
  storage: { className: 'standard', size: '20Gi' },
  parameters: defaultParameters,
  certificate: { kind: 'unverified' },
  backup: {
    schedule: '15 2 * * *',
    timeZone: 'Etc/UTC',
    keepDays: 14,
    maxAgeHours: 26,
    storage: { className: 'standard', size: '60Gi' },
    secrets: { kind: 'existing' },
    offsite: { kind: 'none' },
  },
};

/** A valid cache in the cluster. */
export const cache: SingleCache = {
  kind: 'single',
  resources,
  storage: { className: 'standard', size: '5Gi' },
  evictionPolicy: 'allkeys-lru',
  scripts: false,
};
