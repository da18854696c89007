import * as z from 'zod';
import type { Platform } from '../platform';
import type { Environment } from './environment';

/**
 * A release: `v1.2.3`, optionally with a pre-release suffix. It is an image tag and a label, so at most 63 characters.
 * @internal
 */
export const releaseSchema = z
  .string()
  .max(63, 'use at most 63 characters')
  .regex(/^v\d+\.\d+\.\d+(-[0-9A-Za-z]+([.-][0-9A-Za-z]+)*)?$/, 'use a version such as v1.2.3 or v1.2.3-rc.1');

/** An environment with all its services at one release. */
export function atRelease<P extends Platform>(environment: Environment<P>, release: string): Environment<P> {
  // Object(): a missing list of releases is the validation's to report.
  const services = Object.keys(Object(environment.releases));
  const releases = Object.fromEntries(services.map((service) => [service, release]));
  return { ...environment, releases: releases as Environment<P>['releases'] };
}
