import type { Cursor } from '../../manifests/cursor';
import type { Violation } from '../rule';
import type { ValueFamily } from './value-family';

export const configValues: ValueFamily = {
  name: 'config-values',
  finds:
    'A ConfigMap or Secret that is refused: a key with a slash or a space, a key in both data and binaryData, more than 1 MiB, a Secret without the keys of its type.',
  why: 'The API server refuses the object.',
  fix: 'Rename the key, split the object, or add the key.',
  example: `
apiVersion: v1
kind: Secret
metadata: { name: web-tls, namespace: shop }
type: kubernetes.io/tls
stringData: { tls.crt: certificate, conf.d/key: "" }
`,
  limits: {},
  relations: { 'core.v1.ConfigMap': configMap, 'core.v1.Secret': secret },
};

/** 1 MiB, of all values together. */
const largest = 2 ** 20;

function* configMap(at: Cursor): Generator<Violation> {
  yield* keys(at, 'data', 'binaryData');
  const data = at.at('data');
  for (const [key, place] of at.at('binaryData').entries()) {
    if (!data.has(key)) continue;
    yield { at: place, message: `data has a key "${key}" too`, remedy: 'rename one of the two' };
  }
  yield* size(at, bytesOf(at, 'data') + bytesOf(at, 'binaryData') * 0.75);
}

function* secret(at: Cursor): Generator<Violation> {
  yield* keys(at, 'data', 'stringData');
  yield* size(at, bytesOf(at, 'data') * 0.75 + bytesOf(at, 'stringData'));
  const has = (key: string) => at.has('data', key) || at.has('stringData', key);
  const type = at.text('type') ?? '';
  for (const key of requiredKeys[type] ?? []) {
    if (has(key)) continue;
    yield { at: at.at('data', key), message: `a Secret of type ${type} needs the key "${key}"`, remedy: 'add it' };
  }
  if (type === 'kubernetes.io/basic-auth' && !has('username') && !has('password')) {
    yield { at: at.at('data'), message: `a Secret of type ${type} needs a username or password`, remedy: 'add one' };
  }
  for (const file of dockerFiles[type] ?? []) yield* dockerLogins(at, file);
  const account = at.at('metadata', 'annotations', 'kubernetes.io/service-account.name');
  if (type === 'kubernetes.io/service-account-token' && !account.exists) {
    yield { at: account, message: 'a token is for an account', remedy: 'state its name in this annotation' };
  }
}

const requiredKeys: Readonly<Record<string, readonly string[] | undefined>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

/** Files with the logins of registries, which the API server reads. */
const dockerFiles: Readonly<Record<string, readonly string[] | undefined>> = {
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
};

function* dockerLogins(at: Cursor, key: string): Generator<Violation> {
  const plain = at.text('stringData', key);
  const encoded = at.text('data', key);
  const text = plain ?? (encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString());
  // What another program fills in.
  if (text === undefined || /[<$]|\{\{/.test(plain ?? encoded ?? '') || isJson(text)) return;
  yield {
    at: at.at(plain === undefined ? 'data' : 'stringData', key),
    message: 'the logins of registries are not valid JSON',
    remedy: 'use the file that docker login writes',
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function* keys(at: Cursor, ...fields: readonly string[]): Generator<Violation> {
  for (const [key, place] of fields.flatMap((field) => at.at(field).entries())) {
    if (/^(?!\.\.)[-._a-zA-Z0-9]{1,253}$/.test(key) && key !== '.') continue;
    yield { at: place, message: `"${key}" is not a valid key`, remedy: 'use letters, digits, "-", "_" and "."' };
  }
}

function* size(at: Cursor, bytes: number): Generator<Violation> {
  if (bytes <= largest) return;
  yield {
    at: at.at('data'),
    message: `the values have ${Math.ceil(bytes / 1024)} KiB, of at most 1024`,
    remedy: 'split it',
  };
}

function bytesOf(at: Cursor, field: string): number {
  let bytes = 0;
  for (const [, { value }] of at.at(field).entries()) if (typeof value === 'string') bytes += Buffer.byteLength(value);
  return bytes;
}
