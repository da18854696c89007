import { identity } from './identity';
import { images } from './images';
import { network } from './network';
import { reliability } from './reliability';
import type { AppliedRule } from './rule';
import { security } from './security';

/** Every rule of the policy, applied to what it is about in `dist`. */
export const rules: readonly AppliedRule[] = [...security, ...identity, ...images, ...reliability, ...network];
