import { parse as parseEnvFile } from 'dotenv';
import type { CheckOptions } from '../../lib/lint/lint-manifests';
import type { Rule } from '../../lib/lint/rule';
import { rules } from '../../lib/lint/rules';
import type { Cursor } from '../../lib/manifests/cursor';
import { ManifestSet } from '../../lib/manifests/manifest-set';
import { parseAssumption } from '../../lib/manifests/unknown-objects';

/** References that no rule can hold to account, and why. */
export interface Exemption {
  /** Matched against `object: path`. */
  readonly pattern: RegExp;
  readonly reason: string;
}

export interface MutationReport {
  readonly made: number;
  readonly caught: number;
  /** References that may be renamed without a finding, as `object: path`. */
  readonly missed: readonly string[];
  readonly exempt: number;
  /** Exemptions that match nothing: they are to be removed. */
  readonly stale: readonly string[];
}

/** Paths of everything that refers to something: names, keys, ports, selectors and peers. */
const references = [
  /(ConfigMap|configMap|Secret|secret)(KeyRef|Ref)?\.(name|secretName|key|items\[\d+\]\.key)$/i,
  /\b(secretName|serviceAccountName|serviceName|claimName|priorityClassName)$/,
  /imagePullSecrets\[\d+\]\.name$/,
  /(volumeMounts|volumeDevices)\[\d+\]\.(name|subPath)$/,
  /(Probe|lifecycle\.\w+)\.(httpGet|tcpSocket|grpc)\.port$/,
  /\bcontainerPort$/,
  /^spec\.ports\[\d+\]\.(targetPort)$/,
  /^spec\.selector(\.matchLabels)?(\.|\[)[^.[\]]+(\.[^[\]]+)*\]?$/,
  /matchLabels(\.|\[).+$/,
  /matchExpressions\[\d+\]\.values\[\d+\]$/,
  /backend\.service\.(name|port\.\w+)$/i,
  /tls\[\d+\]\.hosts\[\d+\]$/,
  /^spec\.rules\[\d+\]\.host$/,
  /scaleTargetRef\.name$/,
  /(issuerRef|cluster|parametersRef|parentRefs\[\d+\]|backendRefs\[\d+\]|certificateRefs\[\d+\]|targetRefs?(\[\d+\])?|clientConfig\.service|authenticationRef)\.(name|sectionName|port)$/,
  /([eE]ndpoints)\[\d+\]\.port$/,
  /secretTargetRef\[\d+\]\.(name|key)$/,
  /^spec\.receivers\[\d+\]\.\w+Configs\[\d+\]\.(apiURL|routingKey|authPassword|urlSecret)\.(name|key)$/,
  /^spec\.prober\.url$/,
  /roleRef\.name$/,
  /subjects\[\d+\]\.(name|namespace)$/,
  /^spec\.(ingress|egress)\[\d+\]\.ports\[\d+\]\.port$/,
  /ipBlock\.(cidr|except\[\d+\])$/,
  /^data\.\w+_(HOST|PORT)$/,
];

/** Variables that name a Service, or a port of one. */
const referringVariable = /(^|_)(HOST|PORT)$/;

/** Renames every reference of a set, one at a time, and counts how many of these mutations the rules notice. */
export function mutateReferences(
  objects: readonly unknown[],
  options: CheckOptions,
  exemptions: readonly Exemption[] = [],
): MutationReport {
  const plain = new ManifestSet(structuredClone([...objects])).objects.map(({ value }) => value);
  const assumptions = options.assume?.map(parseAssumption);
  const active = rules.filter((rule) => options.policy || rule.class === 'broken');
  const before = new Set(active.flatMap((rule) => problemsOf(rule, new ManifestSet(plain, assumptions), options)));
  // Neighbouring references mostly are the business of one rule: the one that noticed the last mutation is asked first.
  let ordered = active;
  const isNoticed = () => {
    const set = new ManifestSet(plain, assumptions);
    const rule = ordered.find((each) => problemsOf(each, set, options).some((problem) => !before.has(problem)));
    if (rule) ordered = [rule, ...ordered.filter((each) => each !== rule)];
    return rule !== undefined;
  };
  const places = new ManifestSet(plain).objects.flatMap((object) =>
    [...leavesBelow(object)].filter(isReference).map((place) => ({ place, id: `${object.id}: ${place.path}` })),
  );
  const isExempt = (id: string) => exemptions.some(({ pattern }) => pattern.test(id));
  const mutated = places.filter(({ id }) => !isExempt(id));
  const missed = mutated.filter(({ place }) => !whileRenamed(place, isNoticed));
  return {
    made: mutated.length,
    caught: mutated.length - missed.length,
    missed: missed.map(({ id }) => id),
    exempt: places.length - mutated.length,
    stale: exemptions
      .filter(({ pattern }) => !places.some(({ id }) => pattern.test(id)))
      .map(({ pattern }) => String(pattern)),
  };
}

function problemsOf(rule: Rule, set: ManifestSet, options: CheckOptions): string[] {
  return Array.from(rule.check(set, options), ({ at, message }) => `${rule.name} ${at.path} ${message}`);
}

interface Leaf {
  readonly path: string;
  /** The variable that it is the value of. */
  readonly variable: string | undefined;
  readonly value: string | number;
  readonly replace: (value: string | number) => void;
}

function* leavesBelow(place: Cursor): Generator<Leaf> {
  if (typeof place.value !== 'object' || place.value === null) return;
  const parent = place.value;
  const keys = Object.keys(parent);
  for (const [index, child] of place.children().entries()) {
    const { value } = child;
    const key = keys[index] ?? '';
    if (typeof value === 'string' && key.endsWith('.env')) {
      yield* linesOf(value, child.path, (text) => Reflect.set(parent, key, text));
    } else if (typeof value === 'string' || typeof value === 'number') {
      const variable = key === 'value' ? place.text('name') : undefined;
      yield { path: child.path, variable, value, replace: (other) => Reflect.set(parent, key, other) };
    } else if (!isOptional(child)) yield* leavesBelow(child);
  }
}

/** The settings of an env file, each as a leaf of its own. */
function* linesOf(text: string, path: string, replaceText: (text: string) => void): Generator<Leaf> {
  for (const [variable, value] of Object.entries(parseEnvFile(text))) {
    const line = new RegExp(`^${variable}=.*$`, 'm');
    yield {
      path: `${path}.${variable}`,
      variable,
      value,
      replace: (other) => replaceText(text.replace(line, `${variable}=${other}`)),
    };
  }
}

/** What is optional may be missing, whatever its name. */
function isOptional(place: Cursor): boolean {
  return place.flag('optional') === true;
}

function isReference({ path, variable }: Leaf): boolean {
  return referringVariable.test(variable ?? '') || references.some((pattern) => pattern.test(path));
}

function whileRenamed<T>({ value, replace }: Leaf, action: () => T): T {
  replace(renamed(value));
  try {
    return action();
  } finally {
    replace(value);
  }
}

/** Another value of the same kind: a port far from those in use, a name that does not exist, a network next door. */
function renamed(value: string | number): string | number {
  if (typeof value === 'number') return ((value + 20_011) % 65_535) + 1;
  if (/^\d+$/.test(value)) return String(renamed(Number(value)));
  return /^\d+\./.test(value)
    ? value.replace(/^\d+/, (octet) => String((Number(octet) + 1) % 256))
    : `${value}-renamed`;
}
