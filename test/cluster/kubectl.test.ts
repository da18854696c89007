import { isRefused, toCommandError, UnknownKindError } from '../../lib/cluster/errors';
import { Kubectl } from '../../lib/cluster/kubectl';
import type { ProcessResult } from '../../lib/cluster/process';
import { findDryRunProblems } from '../../lib/operations/deploy/preflight/preflight';
import { UsageError } from '../../lib/platform/errors';

const denied =
  'Error from server (Forbidden): secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" in the namespace "shop"';
const quota =
  'Error from server (Forbidden): services "api" is forbidden: exceeded quota: shop, requested: services=1, used: services=9, limited: services=9';
const webhook =
  'Error from server (InternalError): Internal error occurred: failed calling webhook "ingress.test": failed to call webhook: Post "https://ingress.test:443/validate": tls: failed to verify certificate: x509: certificate has expired';

test('the version of the API server is read as it states it', async () => {
  const { client } = kubectl({ 'get --raw=/version': { stdout: '{"major":"1","gitVersion":"v1.34.2+k3s1"}' } });
  expect(await client.serverVersion()).toBe('v1.34.2+k3s1');
});

test.each([
  [{}, ''],
  [{ wait: 'none' as const }, ' --wait=false'],
  [{ force: true, wait: 'none' as const }, ' --force --grace-period=0 --wait=false'],
])('deletes a pod as is asked: %j', async (options, flags) => {
  const { client, calls } = kubectl({ 'delete ': {} });
  await client.delete('pod/logs-a', 'shop', options);
  expect(calls).toEqual([`delete pod/logs-a --namespace=shop --ignore-not-found${flags}`]);
});

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
])('%s: is an error that the user can fix', (stderr) => {
  const error = toCommandError('kubectl get', { status: 1, stdout: '', stderr: `${stderr}\n` });
  expect([error instanceof UsageError, error.message]).toStrictEqual([true, `kubectl get: ${stderr}`]);
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
])('%s: is not an error of the user', (stderr) => {
  const error = toCommandError('kubectl get', { status: 1, stdout: '', stderr: `${stderr}\n` });
  expect([error instanceof UsageError, error.message]).toStrictEqual([false, `kubectl get: ${stderr}`]);
});

/** A kubectl that answers by its first arguments; any other call fails. */
function kubectl(answers: Readonly<Record<string, Partial<ProcessResult>>>): { client: Kubectl; calls: string[] } {
  const calls: string[] = [];
  const run = async (_: string, args: readonly string[]) => {
    const line = args.filter((arg) => !arg.startsWith('--context=')).join(' ');
    calls.push(line);
    const [, answer] = Object.entries(answers).find(([start]) => line.startsWith(start)) ?? [];
    return { status: answer?.stderr === undefined ? 0 : 1, stdout: '', stderr: '', ...answer };
  };
  return { client: new Kubectl('test', run), calls };
}

async function dryRun(...lines: readonly string[]): Promise<readonly string[]> {
  const { client } = kubectl({ apply: { stderr: `${lines.join('\n')}\n` } });
  return findDryRunProblems(client, []).catch((error: UsageError) => ['usage:', ...error.problems]);
}

test('a dry run names every rejection once; it is a UsageError only if nothing but permissions is missing', async () => {
  const rejected = (line: string) => `rejected by the API server: ${line}`;
  expect(await dryRun(quota, denied, webhook, webhook, 'Warning: old version')).toStrictEqual(
    [quota, denied, webhook].map(rejected),
  );
  expect(await dryRun(denied)).toStrictEqual(['usage:', rejected(denied)]);
});

test('a change that Kubernetes does not allow in a StatefulSet comes with the remedy', async () => {
  const forbidden =
    'The StatefulSet "redis" is invalid: spec: Forbidden: updates to statefulset spec for fields other than \'replicas\'';
  const [problem] = await dryRun(forbidden);
  expect(problem).toContain(
    `${forbidden}. Delete the StatefulSet first (its volumes stay), as docs/operations.md describes`,
  );
  expect(await dryRun(quota)).toStrictEqual([`rejected by the API server: ${quota}`]);
});

test('a refusal has the reason that the API gave, whatever its message says', async () => {
  const stderr = 'Error from server (Conflict): NotFound is in the message';
  const { client } = kubectl({ replace: { stderr } });
  const lease = { apiVersion: 'v1', kind: 'Lease', metadata: { name: 'operation', namespace: 'shop' } };
  const error = await client.replace(lease).catch((reason: unknown) => reason);
  expect([isRefused(error, 'Conflict'), isRefused(error, 'NotFound')]).toStrictEqual([true, false]);
});

const certificates = 'certificates.cert-manager.io';
const groups = (...names: readonly string[]) => ({
  stdout: JSON.stringify({ groups: names.map((name) => ({ name })) }),
});

test('a kind is unknown if the cluster lacks its API group, in whatever words kubectl fails', async () => {
  const failure = { stderr: 'error: some words of a later version' };
  const without = kubectl({ [`get ${certificates}`]: failure, 'get --raw=/apis': groups('apps') }).client;
  await expect(without.list(certificates, 'shop')).rejects.toThrow(UnknownKindError);
  expect(await without.find(`${certificates}/api`, 'shop')).toBeUndefined();
  const installed = kubectl({ [`get ${certificates}`]: failure, 'get --raw=/apis': groups('cert-manager.io') }).client;
  const error = await installed.list(certificates, 'shop').catch((reason: unknown) => reason);
  expect(error).not.toBeInstanceOf(UnknownKindError);
  expect(error).toMatchObject({ problems: ['kubectl get: error: some words of a later version'] });
});

test('objects of unknown kinds are left out, and the others are read', async () => {
  const object = (apiVersion: string, kind: string) => ({
    apiVersion,
    kind,
    metadata: { name: 'a', namespace: 'shop' },
  });
  const found = object('v1', 'ConfigMap');
  const inputs: string[] = [];
  const client = new Kubectl('test', async (_, args, { input = '' } = {}) => {
    if (args.includes('--raw=/apis')) return { status: 0, stderr: '', ...groups('apps') };
    inputs.push(input);
    const fails = input.includes('cert-manager.io');
    return { status: fails ? 1 : 0, stderr: '', stdout: fails ? '' : JSON.stringify({ items: [found] }) };
  });
  expect(await client.findAll([found, object('cert-manager.io/v1', 'Certificate')])).toStrictEqual([found]);
  expect(inputs).toHaveLength(2);
});

test('the value of a Secret never leaves kubectl: only the keys and the lengths do', async () => {
  const { client, calls } = kubectl({ 'get secret/api': { stdout: 'PASSWORD 24\nTOKEN 8\n' } });
  expect([...(await client.secretKeys('api', 'shop'))]).toStrictEqual([
    ['PASSWORD', 24],
    ['TOKEN', 8],
  ]);
  expect(calls.join()).not.toMatch(/json|yaml/);
});

test('a diff with differences is no failure, and one that fails is', async () => {
  expect(await kubectl({ diff: { status: 1, stdout: 'diff -u a b\n' } }).client.diff([])).toBe('diff -u a b\n');
  await expect(kubectl({ diff: { status: 1, stderr: quota } }).client.diff([])).rejects.toThrow('exceeded quota');
});

test("a diff that is parsed does not use the user's own diff program, and one that is printed does", async () => {
  const omitted: (RegExp | undefined)[] = [];
  const client = new Kubectl('test', async (_, _args, { omitVariables } = {}) => {
    omitted.push(omitVariables);
    return { status: 0, stdout: '', stderr: '' };
  });
  await client.diff([], 'helm');
  await client.diff([]);
  expect(omitted.map((names) => names?.test('KUBECTL_EXTERNAL_DIFF'))).toStrictEqual([true, undefined]);
});
