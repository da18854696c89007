import type { Cursor } from './cursor';

/** Every stated place of a path such as `spec.triggers[].authenticationRef` or `metadata.labels[strimzi.io/cluster]`. */
export function placesAt(start: Cursor, path: string): Cursor[] {
  const steps = Array.from(path.matchAll(/\[([^\]]*)\]|[^.[\]]+/g), ([step, bracketed]) => bracketed ?? step);
  let places = [start];
  for (const step of steps) places = places.flatMap((place) => (step === '' ? elementsOf(place) : [place.at(step)]));
  return places.filter(({ exists }) => exists);
}

function elementsOf(list: Cursor): Cursor[] {
  return Array.isArray(list.value) ? list.children() : [];
}
