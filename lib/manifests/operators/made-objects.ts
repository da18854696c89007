import { Cursor } from '../cursor';
import { groupBy } from '../group-by';
import { typeOf } from '../kinds';
import { anyValue } from '../label-selector';
import { Manifest } from '../manifest';
import type { MadeObject, MadePods, OperatorKind } from './operator-kind';
import { operators } from './operators';
import { expand, holds, valuesAt } from './template';

const rowsByType: ReadonlyMap<string, readonly OperatorKind[]> = groupBy(operators, typeOf);

/** Rows of the operators' table about objects of a type. */
export function findOperatorRows(type: string): readonly OperatorKind[] {
  return rowsByType.get(type) ?? [];
}

/** Whether objects of a type are for an operator alone: nothing but people and tools create them. */
export function isOfOperator(type: string): boolean {
  return findOperatorRows(type).length > 0 && type !== 'Ingress.networking.k8s.io';
}

/** Whether controllers make more for objects of a type than the table knows. */
export function makesUnknown(type: string): boolean {
  return findOperatorRows(type).some(({ isOpen }) => isOpen);
}

/** Types by the labels that only their controllers put on pods. */
const typesByLabel = new Map<string, string[]>();
for (const row of operators) {
  const labels = [row.podTemplate?.labels, ...(row.pods ?? []).map((pods) => pods.labels)];
  for (const label of new Set(labels.flatMap((each) => Object.keys(each ?? {})))) {
    typesByLabel.set(label, [...(typesByLabel.get(label) ?? []), typeOf(row)]);
  }
}

/** Labels that operators share with everyone else. */
const commonLabels = /^(app|role|job-name)$|^app\.kubernetes\.io\//;

/** Types whose controllers put a label on pods, where it is a label of theirs alone. */
export function findOperatorsOfLabel(label: string): readonly string[] {
  return commonLabels.test(label) ? [] : (typesByLabel.get(label) ?? []);
}

/** An object that a controller makes, with its names expanded. */
export interface ExpandedObject {
  readonly row: MadeObject;
  /** Empty if it may be in any namespace. */
  readonly namespace: string;
  readonly name: string;
}

/** What controllers make for an object, pods aside. */
export function expandObjects(object: Manifest): ExpandedObject[] {
  return findOperatorRows(object.type)
    .flatMap(({ makes = [] }) => makes)
    .filter(({ when = [] }) => holds(when, object.value))
    .flatMap((row) => {
      const namespace = row.isAnywhere ? '' : object.namespace;
      return expand(row.name, object.value).map((name) => ({ row, namespace, name }));
    });
}

const configTypes = new Set(['ConfigMap', 'Secret']);

/** What controllers make for an object, except configuration and pods, as the objects that a reference finds. */
export function expandManifests(object: Manifest): Manifest[] {
  return expandObjects(object)
    .filter(({ row }) => !configTypes.has(row.type))
    .map(({ row, namespace, name }) => {
      const [kind = '', ...group] = row.type.split('.');
      const labels = expandLabels(row.labels ?? {}, object);
      const metadata = { name, namespace, labels };
      return new Manifest({ apiVersion: `${group.join('.')}/`, kind, metadata, spec: serviceSpec(row, object) });
    });
}

/** Ports that are not known are those of an alias: any reference to one is valid. */
function serviceSpec({ type, ports }: MadeObject, object: Manifest): unknown {
  if (type !== 'Service') return {};
  return ports === undefined ? { type: 'ExternalName' } : { ports: portsOf(ports, object, 'port') };
}

/** A pod template as a controller would write it. */
export function makeTemplate({ labels, labelsFrom = [], ports, runsToCompletion }: MadePods, object: Manifest): Cursor {
  const stated = labelsFrom.flatMap((path) => valuesAt(path, object.value)).map((value) => new Cursor(value).textMap());
  const container = { name: object.name, ports: portsOf(ports ?? [], object, 'containerPort') };
  return new Cursor({
    metadata: { labels: { ...mergeLabels(stated), ...expandLabels(labels, object) } },
    spec: { containers: [container], restartPolicy: runsToCompletion ? 'Never' : 'Always' },
  });
}

/** Labels of several kinds of pods at once: those in which they differ have any value. */
function mergeLabels(all: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const labels = new Map<string, string>();
  for (const [key, value] of all.flatMap((each) => Object.entries(each))) {
    labels.set(key, (labels.get(key) ?? value) === value ? value : anyValue);
  }
  return Object.fromEntries(labels);
}

/** The rows about pods that controllers make for an object. */
export function selectMadePods(object: Manifest): readonly MadePods[] {
  return findOperatorRows(object.type)
    .flatMap(({ pods = [] }) => pods)
    .filter(({ when = [] }) => holds(when, object.value));
}

/** Labels whose values the object determines. */
export function expandLabels(labels: Readonly<Record<string, string>>, object: Manifest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, template]) => expand(template, object.value).map((value) => [key, value])),
  );
}

function portsOf(ports: readonly string[], object: Manifest, field: 'port' | 'containerPort'): unknown[] {
  return ports
    .flatMap((port) => expand(port, object.value))
    .map((port) => {
      const [, name = '', number = '', protocol = 'TCP'] = /^(.*):(\d*)(?:\/(\w+))?$/.exec(port) ?? [];
      return { ...(name === '' ? {} : { name }), [field]: Number(number), protocol };
    });
}
