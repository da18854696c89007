import { type Certificate, describeObject, findCondition } from '../../cluster/kubernetes-types';
import { type CheckResult, day, elapsedMilliseconds, failed, formatElapsed, results, warning } from './check-result';
import type { Snapshot } from './snapshot';

const check = 'certificates';

/** Milliseconds before expiry at which a public certificate is renewed, unless its status says when. */
const defaultRenewal = 30 * day;

/** Parts of the renewal period that are left when a certificate becomes a warning, and a failure. */
const [warningShare, failureShare] = [3 / 4, 1 / 2];

/** Checks that each certificate of an Ingress was issued, and is renewed in time. */
export function certificates({ now, expected, certificates: found }: Snapshot): CheckResult[] {
  const ingresses = expected.filter(({ kind }) => kind === 'Ingress');
  const secrets = ingresses.flatMap((ingress) =>
    ingress
      .at('spec')
      .items('tls')
      .map((tls) => ({ ingress, secret: tls.text('secretName') ?? '' })),
  );
  if (secrets.length > 0 && found === 'unknown kind') {
    const detail =
      'the cluster has no kind Certificate (cert-manager.io); install cert-manager, which renews certificates';
    return [failed(check, `${secrets.length} certificates`, detail)];
  }
  return secrets.flatMap(({ ingress, secret }) => {
    const matching = found === 'unknown kind' ? [] : found.filter(({ spec }) => spec.secretName === secret);
    const certificate = matching.find(({ metadata }) => metadata.namespace === ingress.namespace);
    if (certificate !== undefined) return checkCertificate(certificate, now);
    const remedy = `see kubectl describe ingress -n ${ingress.namespace} ${ingress.name}, and the log of cert-manager`;
    return [failed(check, ingress.id, `no Certificate issues its Secret ${secret}; ${remedy}`)];
  });
}

function checkCertificate(certificate: Certificate, now: number): CheckResult[] {
  const { metadata, status } = certificate;
  const [ready, issuing] = [findCondition(certificate, 'Ready'), findCondition(certificate, 'Issuing')];
  const left = -elapsedMilliseconds(now, status?.notAfter);
  const reason = issuing?.message ?? ready?.message ?? ready?.reason ?? 'cert-manager has not processed it yet';
  const remedy = `${reason}; kubectl describe certificate -n ${metadata.namespace} ${metadata.name}`;
  const object = describeObject(certificate);
  if (ready?.status !== 'True') return [failed(check, object, `is not ready: ${remedy}`)];
  if (status?.notAfter === undefined) return [failed(check, object, `does not state when it expires: ${remedy}`)];
  const renewal = renewalPeriod(status);
  const expiry = left > 0 ? `expires in ${formatElapsed(left)}` : `expired ${formatElapsed(-left)} ago`;
  if (left < failureShare * renewal) {
    const minimum = formatElapsed(failureShare * renewal);
    return [failed(check, object, `${expiry}; must be renewed at least ${minimum} before expiry: ${remedy}`)];
  }
  if (left >= warningShare * renewal) return results(check, object, [], expiry);
  return [warning(check, object, `${expiry}; renewal is due ${formatElapsed(renewal)} before expiry: ${remedy}`)];
}

/** Milliseconds between the renewal of a certificate and its expiry. */
function renewalPeriod({ notAfter = '', renewalTime }: NonNullable<Certificate['status']>): number {
  return renewalTime === undefined ? defaultRenewal : Date.parse(notAfter) - Date.parse(renewalTime);
}
