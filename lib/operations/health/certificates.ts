import { type Certificate, describeObject, findCondition } from '../../cluster/kubernetes-types';
import { bad, type CheckResult, day, elapsedMilliseconds, formatElapsed, results, warn } from './check-result';
import type { Snapshot } from './snapshot';

/** Before the end of a public certificate, renewal begins so long, unless the certificate says when. */
const usualRenewal = 30 * day;

/**
 * Parts of the time for renewal that are left: when a quarter of it is gone, that is no accident any more; then more than
 * half.
 */
const [late, tooLate] = [3 / 4, 1 / 2];

const check = 'certificates';

/** Whether each certificate that an Ingress shows was issued, and is renewed in time. */
export function certificates({ now, expected, certificates: found }: Snapshot): CheckResult[] {
  const ingresses = expected.filter(({ kind }) => kind === 'Ingress');
  const secrets = ingresses.flatMap((ingress) =>
    ingress
      .at('spec')
      .items('tls')
      .map((tls) => ({ ingress, secret: tls.text('secretName') ?? '' })),
  );
  if (secrets.length > 0 && found === 'unknown kind') {
    const trouble = 'the cluster knows no Certificate (cert-manager.io): install cert-manager, or nobody renews them';
    return [bad(check, `${secrets.length} certificates`, trouble)];
  }
  return secrets.flatMap(({ ingress, secret }) => {
    const own = found === 'unknown kind' ? [] : found.filter(({ spec }) => spec.secretName === secret);
    const [certificate] = own.filter(({ metadata }) => metadata.namespace === ingress.namespace);
    if (certificate !== undefined) return certificateRows(certificate, now);
    const remedy = `see kubectl describe ingress -n ${ingress.namespace} ${ingress.name}, and the log of cert-manager`;
    return [bad(check, ingress.id, `no Certificate makes its Secret ${secret}; ${remedy}`)];
  });
}

function certificateRows(certificate: Certificate, now: number): CheckResult[] {
  const { metadata, status } = certificate;
  const [ready, issuing] = [findCondition(certificate, 'Ready'), findCondition(certificate, 'Issuing')];
  const left = -elapsedMilliseconds(now, status?.notAfter);
  const words = issuing?.message ?? ready?.message ?? ready?.reason ?? 'cert-manager has not looked at it';
  const remedy = `${words}; kubectl describe certificate -n ${metadata.namespace} ${metadata.name}`;
  const object = describeObject(certificate);
  if (ready?.status !== 'True') return [bad(check, object, `is not ready: ${remedy}`)];
  if (status?.notAfter === undefined) return [bad(check, object, `says nothing of its end: ${remedy}`)];
  const renewal = renewalOf(status);
  if (left < tooLate * renewal) {
    return [bad(check, object, `${lifeOf(left)}, and ${formatElapsed(tooLate * renewal)} is the least: ${remedy}`)];
  }
  if (left >= late * renewal) return results(check, object, [], lifeOf(left));
  return [
    warn(check, object, `${lifeOf(left)}, though renewal begins ${formatElapsed(renewal)} before the end: ${remedy}`),
  ];
}

/** How long before its end a certificate is to be renewed: those of a few days have less than others. */
function renewalOf({ notAfter = '', renewalTime }: NonNullable<Certificate['status']>): number {
  return renewalTime === undefined ? usualRenewal : Date.parse(notAfter) - Date.parse(renewalTime);
}

function lifeOf(left: number): string {
  return left > 0 ? `is valid for another ${formatElapsed(left)}` : `has been invalid for ${formatElapsed(-left)}`;
}
