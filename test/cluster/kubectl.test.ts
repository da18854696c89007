import { Kubectl, toCommandError } from '../../lib/cluster/kubectl';
import { dryRunProblems } from '../../lib/operations/deploy/preflight/dry-run';
import { UsageError } from '../../lib/platform/errors';

const denied =
  'Error from server (Forbidden): secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" in the namespace "shop"';
const quota =
  'Error from server (Forbidden): services "api" is forbidden: exceeded quota: shop, requested: services=1, used: services=9, limited: services=9';
const webhook =
  'Error from server (InternalError): Internal error occurred: failed calling webhook "ingress.test": failed to call webhook: Post "https://ingress.test:443/validate": tls: failed to verify certificate: x509: certificate has expired';

test.each([
  [denied],
  [
    'Error from server (Forbidden): roles "a" is forbidden: user "jane" is attempting to grant RBAC permissions not currently held:',
  ],
  ['error: You must be logged in to the server (Unauthorized)'],
  ['The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?'],
  [
    'Error: Kubernetes cluster unreachable: Get "https://10.0.0.1:6443/version": dial tcp 10.0.0.1:6443: connect: no route to host',
  ],
  ['Error: Kubernetes cluster unreachable: Get "https://10.0.0.1:6443/version": net/http: TLS handshake timeout'],
  ['Unable to connect to the server: EOF'],
  ['Error: Kubernetes cluster unreachable: Get "https://10.0.0.1:6443/version": dial tcp 10.0.0.1:6443: i/o timeout'],
  ['Error: Kubernetes cluster unreachable: Get "https://10.0.0.1:6443/version": EOF'],
  ['Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority'],
  ['error: failed to run "diff": executable file not found in $PATH'],
])('%s: is for the user to mend', (stderr) => {
  const trouble = toCommandError('kubectl get', { status: 1, stdout: '', stderr: `${stderr}\n` });
  expect([trouble instanceof UsageError, trouble.message]).toStrictEqual([true, `kubectl get: ${stderr}`]);
});

test.each([
  [quota],
  [webhook],
  [
    'Error: UPGRADE FAILED: failed to create resource: Internal error occurred: failed calling webhook "a": Post "https://a": dial tcp 10.0.0.9:443: connect: connection refused',
  ],
  ['Error from server: error dialing backend: dial tcp 10.0.0.9:10250: connect: no route to host'],
  [
    'Error from server (Invalid): StatefulSet.apps "db" is invalid: spec: Forbidden: updates to statefulset spec are forbidden',
  ],
])('%s: is no fault of the user', (stderr) => {
  const trouble = toCommandError('kubectl get', { status: 1, stdout: '', stderr: `${stderr}\n` });
  expect([trouble instanceof UsageError, trouble.message]).toStrictEqual([false, `kubectl get: ${stderr}`]);
});

/** What a dry run finds that ends with some words. */
async function dryRun(...lines: readonly string[]): Promise<readonly string[]> {
  const kubectl = new (class extends Kubectl {
    protected override ask = async () => ({ status: 1, stdout: '', stderr: `${lines.join('\n')}\n` });
  })('context');
  return dryRunProblems(kubectl, []).catch((error: UsageError) => ['usage:', ...error.problems]);
}

test('a dry run tells everything that is refused, once, and is wrong usage only where nothing but rights is missing', async () => {
  const told = (line: string) => `the API server refuses: ${line}`;
  expect(await dryRun(quota, denied, webhook, webhook, 'Warning: old version')).toStrictEqual(
    [quota, denied, webhook].map(told),
  );
  expect(await dryRun(denied)).toStrictEqual(['usage:', told(denied)]);
});
