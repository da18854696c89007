import type { LoginRole } from '../../../../lib/platform/database-roles';
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
  ownerLogin: 'allowed',
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

/** The owner, which services of earlier releases log in as. */
export const owner: LoginRole = {
  role: 'veza_user',
  access: { kind: 'owner' },
  passwordKey: 'DB_PASSWORD',
  connections: -1,
  workloads: ['veza-backend-api', 'veza-chat-server'],
};

/** A service that makes tables, one with its own rights, and the owner. */
export const roles: readonly LoginRole[] = [
  {
    role: 'backend-api',
    access: { kind: 'acting' },
    passwordKey: 'DB_PASSWORD_BACKEND_API',
    connections: 3,
    workloads: ['veza-backend-api'],
  },
  {
    role: 'chat-server',
    access: { kind: 'service', shared: 'write', reads: [] },
    passwordKey: 'DB_PASSWORD_CHAT_SERVER',
    connections: 4,
    workloads: ['veza-chat-server'],
  },
  owner,
];

/** A valid cache in the cluster. */
export const cache: SingleCache = {
  kind: 'single',
  resources,
  storage: { className: 'standard', size: '5Gi' },
  evictionPolicy: 'allkeys-lru',
  scripts: false,
};
