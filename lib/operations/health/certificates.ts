import { type Certificate, describeObject, findCondition } from '../../cluster/kubernetes-types';
import type { Manifest } from '../../manifests/manifest';
import {
  type CheckResult,
  computeElapsed,
  day,
  formatElapsed,
  makeFailure,
  makeResults,
  makeWarning,
} from './check-result';
import type { Snapshot } from './snapshot';

const check = 'certificates';

/** Milliseconds before expiry at which a public certificate is renewed, unless its status says when. */
const defaultRenewal = 30 * day;

/** Parts of the renewal period that are left when a certificate becomes a warning, and a failure. */
const [warningShare, failureShare] = [3 / 4, 1 / 2];

/** Checks that each certificate of a public host was issued, and is renewed in time. */
export function checkCertificates({ now, expected, certificates: found }: Snapshot): CheckResult[] {
  const secrets = expected.flatMap(listCertificateSecrets);
  if (secrets.length > 0 && found === 'unknown kind') {
    const detail =
      'the cluster has no kind Certificate (cert-manager.io); install cert-manager, which renews certificates';
    return [makeFailure(check, `${secrets.length} certificates`, detail)];
  }
  return secrets.flatMap(({ object, secret }) => {
    const matching = found === 'unknown kind' ? [] : found.filter(({ spec }) => spec.secretName === secret);
    const certificate = matching.find(({ metadata }) => metadata.namespace === object.namespace);
    if (certificate !== undefined) return checkCertificate(certificate, now);
    const command = `kubectl describe ${object.kind.toLowerCase()} -n ${object.namespace} ${object.name}`;
    return [
      makeFailure(
        check,
        object.id,
        `no Certificate issues its Secret ${secret}; see ${command}, and the log of cert-manager`,
      ),
    ];
  });
}

/** The Secrets in which an Ingress expects certificates, or a Certificate puts its own. */
function listCertificateSecrets(object: Manifest): { readonly object: Manifest; readonly secret: string }[] {
  const spec = object.at('spec');
  if (object.kind === 'Certificate') return [{ object, secret: spec.text('secretName') ?? '' }];
  if (object.kind !== 'Ingress') return [];
  return spec.items('tls').map((tls) => ({ object, secret: tls.text('secretName') ?? '' }));
}

function checkCertificate(certificate: Certificate, now: number): CheckResult[] {
  const { metadata, status } = certificate;
  const [ready, issuing] = [findCondition(certificate, 'Ready'), findCondition(certificate, 'Issuing')];
  const left = -computeElapsed(now, status?.notAfter);
  const reason = issuing?.message ?? ready?.message ?? ready?.reason ?? 'cert-manager has not processed it yet';
  const remedy = `${reason}; kubectl describe certificate -n ${metadata.namespace} ${metadata.name}`;
  const object = describeObject(certificate);
  if (ready?.status !== 'True') return [makeFailure(check, object, `is not ready: ${remedy}`)];
  if (status?.notAfter === undefined) return [makeFailure(check, object, `does not state when it expires: ${remedy}`)];
  const renewal = computeRenewalPeriod(status);
  const expiry = left > 0 ? `expires in ${formatElapsed(left)}` : `expired ${formatElapsed(-left)} ago`;
  if (left < failureShare * renewal) {
    const minimum = formatElapsed(failureShare * renewal);
    return [makeFailure(check, object, `${expiry}; must be renewed at least ${minimum} before expiry: ${remedy}`)];
  }
  if (left >= warningShare * renewal) return makeResults(check, object, [], expiry);
  return [makeWarning(check, object, `${expiry}; renewal is due ${formatElapsed(renewal)} before expiry: ${remedy}`)];
}

/** Milliseconds between the renewal of a certificate and its expiry. */
function computeRenewalPeriod({ notAfter = '', renewalTime }: NonNullable<Certificate['status']>): number {
  return renewalTime === undefined ? defaultRenewal : Date.parse(notAfter) - Date.parse(renewalTime);
}
