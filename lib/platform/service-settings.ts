import type { Problem } from './errors';

/** Value of a setting. It is written as text, as environment variables are. */
export type SettingValue = string | number | boolean;

/** Facts of an environment that settings are derived from. */
export interface SettingFacts {
  /** Name of the environment: `production`. */
  readonly environment: string;
  /** Where its database is. */
  readonly database: DatabaseFacts;
  /** Where its cache is. */
  readonly cache: CacheFacts;
  /** URL of each service that others can call, by the service's name, such as `http://veza-backend-api-service:80`. */
  readonly serviceUrls: Readonly<Record<string, string>>;
}

/** How services reach their database. */
export interface DatabaseFacts {
  /** Host name or address, such as `postgres-service`. */
  readonly host: string;
  /** TCP port, such as 5432. */
  readonly port: number;
  /** Name of the database, such as `veza_db`. */
  readonly name: string;
  /** Role that owns the database, or that a service logs in as, such as `veza_user`. */
  readonly user: string;
  /** libpq's word for how the connection is encrypted, such as `require`. */
  readonly sslMode: string;
}

/** How services reach their cache. */
export interface CacheFacts {
  /** Host name or address, such as `redis-service`. */
  readonly host: string;
  /** TCP port, such as 6379. */
  readonly port: number;
  /** Number of the Redis database, such as 0. */
  readonly database: number;
}

/** A setting that is the same everywhere. */
export interface ConstantSetting {
  readonly kind: 'constant';
  /** Its value in every environment. */
  readonly value: SettingValue;
}

/** A setting that follows from other facts of the environment, so that it is typed only once. */
export interface DerivedSetting<Peer extends string = string> {
  readonly kind: 'derived';
  /** Peer that the value leads to, such as `database`, if it leads to one. A service that reads the setting has to call it. */
  readonly peer: Peer | undefined;
  /** Computes its value from the facts of an environment. */
  readonly from: (facts: SettingFacts) => SettingValue;
}

/** A setting that each environment states. */
export interface StatedSetting<Value extends SettingValue = SettingValue> {
  readonly kind: 'stated';
  /** Whether a value is one that the setting may have. */
  readonly accepts: (value: unknown) => value is Value;
  /** What to state instead of a value that is not accepted, such as `use a whole number from 1 to 10`. */
  readonly remedy: string;
}

/** Where the value of a setting comes from. */
export type Setting<Peer extends string = string> = ConstantSetting | DerivedSetting<Peer> | StatedSetting;

/** The values that an environment has to state: those of the stated settings, and no others. */
export type StatedValues<Settings extends Readonly<Record<string, Setting>>> = {
  readonly [Name in keyof Settings as Settings[Name] extends StatedSetting
    ? Name
    : never]: Settings[Name] extends StatedSetting<infer Value> ? Value : never;
};

/** A setting that is the same everywhere. */
export function constant(value: SettingValue): ConstantSetting {
  return { kind: 'constant', value };
}

/** A setting that follows from the environment itself, such as its name. */
export function derived(from: (facts: Pick<SettingFacts, 'environment'>) => SettingValue): DerivedSetting<never> {
  return { kind: 'derived', peer: undefined, from };
}

/** A setting with an address or name of the database. */
export function fromDatabase(from: (database: DatabaseFacts) => SettingValue): DerivedSetting<'database'> {
  return { kind: 'derived', peer: 'database', from: ({ database }) => from(database) };
}

/** A setting with an address or number of the cache. */
export function fromCache(from: (cache: CacheFacts) => SettingValue): DerivedSetting<'cache'> {
  return { kind: 'derived', peer: 'cache', from: ({ cache }) => from(cache) };
}

/**
 * A setting that holds the URL of another service of the platform, without a slash at its end:
 * `http://veza-backend-api-service:80`.
 * @param service name of the service
 */
export function serviceUrl<const Service extends string>(service: Service): DerivedSetting<Service> {
  return { kind: 'derived', peer: service, from: ({ serviceUrls }) => findUrl(service, serviceUrls) };
}

function findUrl(service: string, urls: SettingFacts['serviceUrls']): string {
  const url = urls[service];
  if (url === undefined) throw new Error(`${service}: cannot be called; its contract needs a Service port to http`);
  return url;
}

/** A setting that each environment states: text that is not empty. */
export function text(): StatedSetting<string> {
  const accepts = (value: unknown): value is string => typeof value === 'string' && value !== '';
  return { kind: 'stated', accepts, remedy: 'use text that is not empty' };
}

/** A setting that each environment states: a whole number within bounds, both included. */
export function integer({ min, max }: { readonly min: number; readonly max: number }): StatedSetting<number> {
  const accepts = (value: unknown): value is number =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max;
  return { kind: 'stated', accepts, remedy: `use a whole number from ${min} to ${max}` };
}

/** A setting that each environment states: one of a few words. */
export function oneOf<const Value extends string>(...values: readonly Value[]): StatedSetting<Value> {
  const accepts = (value: unknown): value is Value => values.some((known) => known === value);
  return { kind: 'stated', accepts, remedy: `use one of ${values.join(', ')}` };
}

/** The text of every setting in one environment, in the order of the contract. */
export function resolveSettings(
  settings: Readonly<Record<string, Setting>>,
  stated: Readonly<Record<string, SettingValue>>,
  facts: SettingFacts,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [name, String(resolve(name, setting, stated, facts))]),
  );
}

function resolve(
  name: string,
  setting: Setting,
  stated: Readonly<Record<string, SettingValue>>,
  facts: SettingFacts,
): SettingValue {
  if (setting.kind === 'constant') return setting.value;
  if (setting.kind === 'derived') return setting.from(facts);
  const value = stated[name];
  if (value === undefined) throw new Error(`setting ${name}: no value is stated; state it in the environment`);
  return value;
}

/** Values of secrets as they were supplied: key -> value, or `undefined`. */
export type SecretValues = Readonly<Record<string, string | undefined>>;

/** Values that are printed in the deployment guide, and therefore public. */
const knownDefaults = ['veza_production_password', 'very_secret_jwt_key'];

/** Keys of a contract without a usable value: missing, empty or still a placeholder. Names keys only, never a value. */
export function findMissingSecretValues(keys: readonly string[], values: SecretValues, where: string): Problem[] {
  return keys.flatMap((key) => {
    const reason = explainRejection(values[key]);
    return reason === undefined ? [] : [`${where}: secret ${key} ${reason}`];
  });
}

/** Passwords with a value that is too short. Names keys only, never a value. */
export function findShortPasswords(
  keys: readonly string[],
  values: SecretValues,
  minimumLength: number,
  where: string,
): Problem[] {
  return keys
    .filter(
      (key) => explainRejection(values[key]) === undefined && Buffer.byteLength(values[key] ?? '') < minimumLength,
    )
    .map((key) => `${where}: secret ${key} has fewer than ${minimumLength} characters; supply a longer one`);
}

function explainRejection(value: string | undefined): string | undefined {
  if (value === undefined) return 'is missing; supply it in .env.<environment> or as an environment variable';
  if (value.trim() === '') return 'is empty; supply a value';
  if (isPlaceholder(value) || knownDefaults.includes(value)) return 'is still a placeholder; supply the real value';
  return undefined;
}

/** Whether a value is a placeholder as in the deployment guide: `your-google-client-id`. */
export function isPlaceholder(value: string): boolean {
  return /^(your[-_]|change[-_]?me|<.*>$)/i.test(value.trim());
}
