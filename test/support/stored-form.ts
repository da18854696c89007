import { listKindsInGroup } from '../../lib/manifests/kinds';
import { Manifest } from '../../lib/manifests/manifest';
import { missingListDefaults } from './list-defaults';

/**
 * What the API server (1.36) writes otherwise than it was given: each is a difference that a second apply, `kubectl diff` and
 * every GitOps tool would see for ever, or a field that a server-side apply would conflict about.
 * - An empty list, an empty map and an empty text are dropped. Pointers to a struct are kept: an empty selector is one.
 * - `false` and `0` are dropped in fields that are no pointers.
 * - A quantity is rewritten in its canonical form.
 * - A default is added within a list or map that is owned as a whole (`x-kubernetes-list-type: atomic`).
 */

const emptyText = 'an empty text';

/** Fields that are kept although empty. */
const keptEmpty = ['podSelector', 'namespaceSelector', 'emptyDir', 'securityContext', 'resources', 'selfSigned'];

/** Fields that are dropped where they are false. */
const droppedFalse = [
  ...['globalDefault', 'hostNetwork', 'hostPID', 'hostIPC', 'readOnly', 'publishNotReadyAddresses', 'paused', 'stdin'],
  ...['stdinOnce', 'tty', 'unschedulable', 'ignore'],
];

/** Fields that are dropped where they are zero. */
const droppedZero = ['minReadySeconds', 'initialDelaySeconds', 'hostPort', 'timeoutSeconds', 'periodSeconds', 'port'];

/** Maps whose values are quantities, and fields that are one. */
const quantityMaps = ['requests', 'limits', 'hard', 'min', 'max', 'default', 'defaultRequest', 'capacity'];
const quantityFields = ['sizeLimit', 'divisor', 'averageValue'];

/** Defaults that the API server adds within what is owned as a whole: the field, and what has to stand beside. */
const statedDefaults: Readonly<Record<string, string>> = {
  fieldRef: 'apiVersion',
  resourceFieldRef: 'divisor',
  // Of an ExternalSecret, as the operator's API up to 1.0 has it, with decodingStrategy and metadataPolicy.
  remoteRef: 'conversionStrategy',
};

/** Every place of an object that the API server would write otherwise, with the reason. */
export function changedByServer(object: unknown): string[] {
  const changes = changesBelow(object, []).filter((change) => !(isCustom(object) && change.endsWith(emptyText)));
  return [...changes, ...missingListDefaults(object)];
}

/** Custom objects go through none of the API server's own types, which drop empty texts. */
function isCustom(object: unknown): boolean {
  return listKindsInGroup(new Manifest(Object(object)).group).length === 0;
}

function changesBelow(value: unknown, path: readonly string[]): string[] {
  const name = path.at(-1) ?? '';
  // The content of a ConfigMap or Secret is kept as it is, and so is a value of a label or an annotation.
  if (path.length === 2 && path[0] === 'data') return [];
  const here = reasonOf(name, value, path);
  const own = here === undefined ? [] : [`${path.join('.')}: ${here}`];
  if (typeof value !== 'object' || value === null) return own;
  return [...own, ...Object.entries(value).flatMap(([key, member]) => changesBelow(member, [...path, key]))];
}

function reasonOf(name: string, value: unknown, path: readonly string[]): string | undefined {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : undefined;
  if (typeof value === 'object') return reasonOfMap(name, value);
  if (value === '' && !isListItem(name)) return emptyText;
  if (value === false && droppedFalse.includes(name)) return 'false, which is dropped';
  if (value === 0 && droppedZero.includes(name)) return '0, which is dropped';
  if (!isQuantity(name, path) || typeof value === 'number') return undefined;
  return isCanonical(String(value)) ? undefined : `${value} is not canonical`;
}

function reasonOfMap(name: string, value: object): string | undefined {
  if (Object.keys(value).length === 0) return keptEmpty.includes(name) ? undefined : 'an empty map';
  const stated = statedDefaults[name];
  return stated === undefined || stated in value ? undefined : `without ${stated}, which is added`;
}

function isListItem(name: string): boolean {
  return /^\d+$/.test(name);
}

function isQuantity(name: string, path: readonly string[]): boolean {
  return quantityFields.includes(name) || quantityMaps.includes(path.at(-2) ?? '');
}

/** Whole, without a larger unit of the same family that would keep it whole. */
function isCanonical(text: string): boolean {
  const [, digits = '', unit = ''] = /^(0|[1-9]\d*)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/.exec(text) ?? [];
  if (digits === '') return false;
  if (digits === '0') return unit === '';
  return Number(digits) % (unit.endsWith('i') ? 1024 : 1000) !== 0;
}
