import type { Environment } from '../../lib/platform/environment';
import { staging as full } from './environments/staging';

/** Staging without its monitoring and logs: what a deploy does is the same, with a third of the objects. */
export const staging: Environment = { ...full, monitoring: { kind: 'none' }, logs: { kind: 'none' } };
