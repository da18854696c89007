import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Container } from '../../manifests/pod-template';
import { rememberTexts } from '../../manifests/remember';
import type { Rule, Violation } from '../rule';
import { examplePod } from '../rule';

/** The value of a credential is never repeated. */
export const credentials: Rule = {
  name: 'credentials',
  class: 'policy',
  finds: 'A credential in clear text in a ConfigMap, variable, argument or annotation.',
  why: 'Every reader of the manifests can read it.',
  fix: 'Move the value to a Secret.',
  example: `${examplePod}
  containers: [{ name: web, image: example.org/web:1, env: [{ name: DB_PASSWORD, value: hunter2 }] }]
`,
  *check(set) {
    for (const object of set.ofType('ConfigMap')) {
      for (const [key, at] of object.at('data').entries()) yield* inFile(key, at);
    }
    for (const container of set.containers) {
      for (const at of container.env) yield* inSetting(at.text('name') ?? '', at.text('value'), at);
      yield* inArguments(container);
    }
    for (const [key, at] of annotationsOf(set)) {
      if (!key.startsWith('checksum/')) yield* inSetting(key.replace(/^.*\//, ''), at.text(), at);
    }
  },
};

const remedy = 'move the value to a Secret, and refer to that';

function* inSetting(name: string, value: string | undefined, at: Cursor): Generator<Violation> {
  if (value === undefined || !looksLikeCredential(name, value)) return;
  yield { at, message: `the value of ${name} looks like a credential`, remedy };
}

/** Flags whose values are secrets; that of `--secret` is the name of one. */
const secretFlag =
  /^--?((?:[\w.-]+[-_.])?(?:password|passwd|passphrase|pwd|token|api[-_]?key|client[-_]secret))(?:=(.*))?$/is;

/** `--password=value`, or `--password` and its value as two arguments. */
function* inArguments({ at }: Container): Generator<Violation> {
  const words = [...at.items('command'), ...at.items('args')];
  for (const [index, word] of words.entries()) {
    const [, name, stated] = secretFlag.exec(word.text() ?? '') ?? [];
    if (name === undefined) continue;
    const next = words[index + 1]?.text();
    const value = stated ?? (next?.startsWith('-') ? undefined : next);
    yield* inSetting(name, value, word);
  }
}

/** A value of a ConfigMap is a setting, or a whole file of settings: `NAME=value`, `name = value` or `name: value`. */
function* inFile(key: string, at: Cursor): Generator<Violation> {
  const text = at.text() ?? '';
  if (!text.includes('\n')) return yield* inSetting(key, text, at);
  const { names, isOther } = credentialsIn(text);
  for (const name of names) {
    yield { at, message: `the value of ${name} looks like a credential`, remedy };
  }
  if (isOther) yield { at, message: 'the file holds what looks like a credential', remedy };
}

/** Names of the settings in a file whose values are credentials, or whether it holds another one. */
const credentialsIn = rememberTexts((text) => {
  const lines = text.split('\n').filter((line) => /passw|passphrase|pwd|secret|token|credential|key/i.test(line));
  const names = lines.flatMap((line) => {
    const [, name, value] =
      /^\s*(?:export\s+|-\s+)?["']?([A-Za-z][\w.-]*)["']?\s*[:=]\s*["']?(.*?)["']?,?\s*$/.exec(line) ?? [];
    return name !== undefined && value !== undefined && looksLikeCredential(name, value) ? [name] : [];
  });
  return { names, isOther: names.length === 0 && looksLikeCredential('', text) };
});

function annotationsOf(set: ManifestSet): [string, Cursor][] {
  const places = [...set.objects.map((object) => object.at('metadata')), ...set.pods.map(({ metadata }) => metadata)];
  return [...new Set(places)].flatMap((metadata) => metadata.at('annotations').entries());
}

/** Ends of names whose values are secrets: `JWT_SECRET_KEY`, but not `JWT_ACCESS_TOKEN_TTL` nor `DB_PASSWORD_FILE`. */
const secretName =
  /(^|[_.-])(password|passwd|passphrase|pwd|secret|token|credentials?|(api|access|private|secret|signing|encryption)[_-]?key)$/i;

/** Names that end alike, but whose values are names of Secrets. */
const secretReference = /(existing|from|tls|pull|auth)[_-]?secret$/i;

/** Values that are no credential: empty, switches, numbers, paths, addresses, lists, mappings and placeholders. */
const harmless =
  /^$|^(true|false|yes|no|on|off|none|null|\d+|[|>][+-]?|~)$|^(\.{0,2}\/|https?:\/\/|file:)|[$`]|^[[{]|\{\{|^<.*>$/i;

/** What nothing but a credential looks like, whatever its name. */
const secretValue = new RegExp(
  [
    '-----BEGIN [A-Z ]*PRIVATE KEY-----',
    '\\b(AKIA|ASIA)[0-9A-Z]{16}\\b',
    '\\bgh[pousr]_[A-Za-z0-9]{36}',
    '\\bglpat-[\\w-]{20}',
    '\\bxox[abprs]-[\\w-]{10,}',
    '\\bsk_live_\\w{16,}',
    '\\bAIza[\\w-]{35}\\b',
    '\\beyJ[\\w-]{10,}\\.eyJ[\\w-]{10,}\\.[\\w-]+',
    '\\bhooks\\.slack\\.com/services/T\\w+',
  ].join('|'),
);

const secretUrl = /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:[^\s@/:$%{(<]+@(?!sha256:)/;

function holdsSecret(value: string): boolean {
  // Every word of a long text may begin a URL: looking for its middle first is much faster.
  return secretValue.test(value) || (value.includes('://') && secretUrl.test(value));
}

/** Whether a setting of that name and value is a credential in clear text. */
export function looksLikeCredential(name: string, value: string): boolean {
  return holdsSecret(value) || (namesSecret(name) && !harmless.test(value.trim()));
}

function namesSecret(name: string): boolean {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2');
  return secretName.test(words) && !secretReference.test(words);
}
