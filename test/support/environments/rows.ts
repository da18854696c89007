import { veza } from '../../../lib/veza/veza';

type ServiceName = (typeof veza.services)[number]['name'];

/** A value for each of our services: one that is added gets what is stated for all. */
export function everyService<T>(value: T, own: Partial<Record<string, T>> = {}): Record<ServiceName, T> {
  const rows = veza.services.map(({ name }) => [name, own[name] ?? value]);
  return Object.fromEntries(rows);
}

/** The settings of an environment with the values that tests know, where the platform still has them. */
export function ownSettings<S extends object>(ours: S, known: Partial<Record<string, unknown>>): S {
  return Object.fromEntries(Object.entries(ours).map(([name, value]) => [name, known[name] ?? value])) as S;
}
