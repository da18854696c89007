import { production } from './production';
import { staging } from './staging';

/** Every environment of the platform: a new one is added here. */
export const environments = [staging, production] as const;
