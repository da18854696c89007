import type { Cursor } from './cursor';
import { rememberTexts } from './remember';

/** Splits `metadata.annotations[a.b/c]` and `spec.data[].key` into their steps; `[]` is the step ``. */
export const stepsOf = rememberTexts((path): readonly string[] =>
  Array.from(path.matchAll(/\[([^\]]*)\]|[^.[\]]+/g), ([step, bracketed]) => bracketed ?? step),
);

/** Every stated place of a path such as `spec.triggers[].authenticationRef` or `metadata.labels[strimzi.io/cluster]`. */
export function placesAt(start: Cursor, path: string): Cursor[] {
  let places = [start];
  for (const step of stepsOf(path)) {
    places = places.flatMap((place) => (step === '' ? elementsOf(place) : [place.at(step)]));
  }
  return places.filter(({ exists }) => exists);
}

function elementsOf(list: Cursor): Cursor[] {
  return Array.isArray(list.value) ? list.children() : [];
}
