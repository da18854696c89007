import type { Problem } from '../problems';

/** Values of secrets as somebody supplied them: key -> value, or nothing. */
export type SecretValues = Readonly<Record<string, string | undefined>>;

/** Values that the guide prints, so that everybody knows them. */
const published = ['veza_production_password', 'very_secret_jwt_key'];

/** Keys of a contract without a usable value: missing, empty or still a placeholder. Names keys only, never a value. */
export function secretProblems(keys: readonly string[], values: SecretValues, where: string): Problem[] {
  return keys.flatMap((key) => {
    const fault = faultOf(values[key]);
    return fault === undefined ? [] : [`${where}: secret ${key} ${fault}`];
  });
}

/** Passwords with a value that is too short. Names keys only, never a value. */
export function shortPasswords(
  keys: readonly string[],
  values: SecretValues,
  minimumLength: number,
  where: string,
): Problem[] {
  return keys
    .filter((key) => faultOf(values[key]) === undefined && Buffer.byteLength(values[key] ?? '') < minimumLength)
    .map((key) => `${where}: secret ${key} has fewer than ${minimumLength} characters; supply a longer one`);
}

function faultOf(value: string | undefined): string | undefined {
  if (value === undefined) return 'is missing; supply it';
  if (value.trim() === '') return 'is empty; supply a value';
  if (isPlaceholder(value) || published.includes(value)) return 'is still a placeholder; supply the real value';
  return undefined;
}

/** Whether a value stands only for one that somebody has yet to fill in, as in the guide: `your-google-client-id`. */
export function isPlaceholder(value: string): boolean {
  return /^(your[-_]|change[-_]?me|<.*>$)/i.test(value.trim());
}
