import { isIP } from 'node:net';
import * as z from 'zod';
import { tryParseQuantity } from './quantity';

/** A name as Kubernetes takes it for namespaces, Services and labels: RFC 1123 label, at most 63 characters. */
export const dnsLabel = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'use lower-case letters, digits and inner hyphens, at most 63');

/** The name of an object that may hold dots, as those of classes, issuers and Secrets: RFC 1123 subdomain. */
export const objectName = z
  .string()
  .max(253, 'use at most 253 characters')
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    'use lower-case letters, digits, inner hyphens and dots',
  );

/** A fully qualified host name: two or more DNS labels. */
export const hostname = z
  .string()
  .max(253, 'use at most 253 characters')
  .regex(
    /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'use a host name of lower-case DNS labels, such as veza.app',
  );

/** A host that clients connect to: a name of any depth, or an address. */
export const endpointHost = z
  .string()
  .refine((text) => isIP(text) !== 0 || dnsLabel.safeParse(text).success || hostname.safeParse(text).success, {
    error: 'use a host name or an IP address',
  });

/** A TCP port. */
export const port = z.int('use a whole number').min(1, 'use 1 to 65535').max(65535, 'use 1 to 65535');

/** A range of addresses in CIDR notation. */
export const cidr = z.string().refine(isCidr, { error: 'use CIDR notation, such as 10.0.0.0/16' });

/** A Kubernetes quantity above zero, such as `250m` or `512Mi`. */
export const quantity = z.string().refine((text) => (tryParseQuantity(text) ?? 0) > 0, {
  error: 'use a Kubernetes quantity above zero, such as 250m or 512Mi',
});

function isCidr(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= bits;
}
