import type { KubernetesObject } from '../kubectl';
import { brakes } from './brakes';
import { lockAnnotation } from './holder';

const annotations = [lockAnnotation, ...brakes.map(({ annotation }) => annotation)];

/** Whether a restore holds an object, or did when it was killed. */
export function isHeld({ metadata }: KubernetesObject): boolean {
  return annotations.some((annotation) => metadata.annotations?.[annotation] !== undefined);
}
