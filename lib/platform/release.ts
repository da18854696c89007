import * as z from 'zod';
import type { Environment } from './environment';
import type { Platform } from './platform';
import { imageDigest } from './settings/formats';

/**
 * A release: `v1.2.3`, optionally with a pre-release suffix and with the digest of the image: `v1.2.3@sha256:…`. The tag
 * is a label too, so it has at most 63 characters.
 * @internal
 */
export const releaseSchema = z
  .string()
  .refine((release) => readReleaseTag(release).length <= 63, 'use at most 63 characters')
  .regex(
    new RegExp(String.raw`^v\d+\.\d+\.\d+(-[0-9A-Za-z]+([.-][0-9A-Za-z]+)*)?(${imageDigest})?$`),
    'use a version such as v1.2.3 or v1.2.3-rc.1; to state the digest of its image, add @sha256: and 64 hexadecimal digits',
  );

/** The tag of a release, without the digest of its image. */
export function readReleaseTag(release: string): string {
  return release.replace(/@.*$/s, '');
}

/** Whether a release states the digest of its image, and so belongs to one service. */
export function hasDigest(release: string): boolean {
  return release.includes('@');
}

/** An environment with all its services at one release. */
export function setRelease<P extends Platform>(environment: Environment<P>, release: string): Environment<P> {
  // Object(): a missing list of releases is the validation's to report.
  const services = Object.keys(Object(environment.releases));
  const releases = Object.fromEntries(services.map((service) => [service, release]));
  return { ...environment, releases: releases as Environment<P>['releases'] };
}
