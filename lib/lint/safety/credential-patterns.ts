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

/** A URL with a password. */
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
