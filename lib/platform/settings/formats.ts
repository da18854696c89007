import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import { parseQuantity, tryParseQuantity } from './quantity';

/** A name as Kubernetes takes it for namespaces, Services and labels: RFC 1123 label, at most 63 characters. */
export const dnsLabel = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'use lower-case letters, digits and inner hyphens, at most 63');

/** The name of an object that may hold dots, as those of classes, issuers and Secrets: RFC 1123 subdomain. */
export const objectName = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    'use lower-case letters, digits, inner hyphens and dots',
  );

/** A fully qualified host name: two or more DNS labels. */
export const hostname = z
  .string()
  .max(253)
  .regex(
    /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'use a host name of lower-case DNS labels, such as veza.app',
  );

/** A host that clients connect to: a name of any depth, or an address. */
export const endpointHost = z
  .string()
  .refine((text) => dnsLabel.safeParse(text).success || hostname.safeParse(text).success || isIP(text) !== 0, {
    error: 'use a host name or an IP address',
  });

/** The name of a bucket that speaks S3. */
export const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'use the name of a bucket: 3 to 63 characters');

/** A whole number within bounds, both included. The error says `why` a number beyond them is wrong, if that is not plain. */
export function wholeNumber({ min, max, why }: { min: number; max?: number; why?: string }): z.ZodInt {
  const bounds = max === undefined ? `of ${min} or more` : `from ${min} to ${max}`;
  const remedy = `use a whole number ${bounds}${why === undefined ? '' : `: ${why}`}`;
  const number = z.int(remedy).min(min, remedy);
  return max === undefined ? number : number.max(max, remedy);
}

/** A TCP port. */
export const port = wholeNumber({ min: 1, max: 65535 });

/** Ports of something that listens. */
export const ports = z.array(port).min(1, 'is empty; name at least one port').readonly();

/** A number of things of which there is at least one. */
export const count = wholeNumber({ min: 1 });

const labelName = '[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const labelKey = z
  .string()
  .regex(new RegExp(`^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?${labelName}$`), 'use the name of a label');
const text = z.string('use a text, such as "true"');

/** Annotations of an object. */
export const annotations = z.record(labelKey, text);

/** Labels of an object. */
export const labels = z.record(
  labelKey,
  text.regex(new RegExp(`^(${labelName})?$`), 'use the value of a label, at most 63 characters'),
);

/** Labels that find something. */
export const selectorLabels = labels.refine((map) => Object.keys(map).length > 0, 'is empty; name at least one label');

/** A range of addresses in CIDR notation, named by its first address. */
export const cidr = z.string().superRefine((text, context) => {
  const problem = checkRange(text);
  if (problem !== undefined) context.addIssue(problem);
});

/** Ranges of addresses. */
export const cidrs = z.array(cidr).min(1, 'is empty; name at least one range').readonly();

/** A Kubernetes quantity above zero, such as `250m` or `512Mi`. */
export const quantity = z.string().refine((text) => (tryParseQuantity(text) ?? 0) > 0, {
  error: 'use a Kubernetes quantity above zero, such as 250m or 512Mi',
});

/**
 * A Kubernetes quantity of at least so much: `512` without its unit are bytes, and `512m` half of one.
 * @param least smallest quantity that makes sense
 */
export function quantityFrom(least: string): typeof quantity {
  return bounded((value) => value >= parseQuantity(least), `use ${least} or more, with its unit, such as 512Mi`);
}

/** A number of cores that a container of one node can have: `500` are cores, where half a core is `500m`. */
export function coresBetween(least: string, most: string): typeof quantity {
  const [lower, upper] = [parseQuantity(least), parseQuantity(most)];
  return bounded((value) => value >= lower && value <= upper, `use ${least} to ${most} cores; half a core is 500m`);
}

/** What is no quantity at all is refused for that alone. */
function bounded(isWithin: (value: number) => boolean, error: string): typeof quantity {
  return quantity.refine(
    (text) => {
      const value = tryParseQuantity(text) ?? 0;
      return value <= 0 || isWithin(value);
    },
    { error },
  );
}

/** Regular expression of the digest in an image reference. */
export const imageDigest = '@sha256:[0-9a-f]{64}';
const imageName = String.raw`(localhost|[a-z0-9-]+(\.[a-z0-9-]+)+|[a-z0-9-]+(?=:))(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+`;

/** An image without a tag, by its registry and path. */
export const untaggedImage = z
  .string()
  .regex(new RegExp(`^${imageName}$`), 'use a fully qualified image without a tag, such as ghcr.io/shop/catalog');

/** An image by its registry, path and a tag or digest that names one build. */
export const pinnedImage = z
  .string()
  .regex(
    new RegExp(String.raw`^${imageName}(:(?!latest$)\w[\w.-]{0,127}(${imageDigest})?|${imageDigest})$`),
    'use a fully qualified image with a tag other than latest',
  );

/** A tag of an image that is a label's value too, with or without the digest of the image. */
export const imageTag = z
  .string()
  .regex(
    new RegExp(String.raw`^(?!latest(@|$))[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?(${imageDigest})?$`),
    'use the tag of one build, such as v1.2.3, at most 63 characters, with @sha256:… to state its digest',
  );

/** A URL of a server. */
export const webUrl = z.url({ protocol: /^https?$/, error: 'use an http or https URL' });

/** The path of a request. */
export const urlPath = z.string().regex(/^\/\S*$/, 'begin with a slash, such as /health');

/** The key of a value in a ConfigMap or Secret. */
export const objectKey = z
  .string()
  .max(253)
  .regex(/^[\w.-]+$/, 'use letters, digits, dots, hyphens and underscores');

/** The name of an environment variable. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'use letters, digits and underscores, no digit first, such as LOG_LEVEL');

/** The error of a union whose `kind` had another word before: it names the word of today. */
export function renamedKinds(
  names: Readonly<Record<string, string>>,
): (issue: z.core.$ZodRawIssue) => string | undefined {
  return ({ code, input }) => {
    const name = code === 'invalid_union' ? names[String(Object(input).kind)] : undefined;
    return name === undefined ? undefined : `is now called ${name}; write that`;
  };
}

/** What the library takes in an address and nothing else does: two gaps, and parts of IPv4 that begin with a zero. */
const looseIpv6 = /::.*::|:0\d+\.|\.0\d/;

/** Texts that are ranges. Every network policy has the same few, and each is validated where it is stated and where it is used. */
const knownRanges = new Set<string>();

/** Why a text is not a range; `undefined` if it is one. */
function checkRange(text: string): string | undefined {
  if (knownRanges.has(text)) return undefined;
  const problem = findRangeProblem(text);
  if (problem === undefined) knownRanges.add(text);
  return problem;
}

function findRangeProblem(text: string): string | undefined {
  const [address = '', prefix = ''] = text.split('/');
  const isRange =
    ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || (!looseIpv6.test(address) && ipaddr.IPv6.isValidCIDR(text));
  if (!isRange || !/^(0|[1-9]\d*)$/.test(prefix) || address.includes('%'))
    return 'use CIDR notation, such as 10.0.0.0/16';
  const given = ipaddr.parse(address);
  const family = given.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  const first = family.networkAddressFromCIDR(text).toString();
  if (given.toString() === first) return undefined;
  const single = given.kind() === 'ipv4' ? 32 : 128;
  return `is an address inside a range; use ${first}/${prefix} for the range, or ${address}/${single} for the one address`;
}
