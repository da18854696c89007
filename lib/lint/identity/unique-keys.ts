import { Manifest } from '../../manifests/manifest';
import type { Rule } from '../rule';

/** No mapping of a file states a key twice. Only the reader of the files knows it. */
export const uniqueKeys: Rule = {
  name: 'unique-keys',
  class: 'broken',
  documentation: {
    finds: 'A key that a mapping of a YAML file states twice.',
    why: 'kubectl takes the last value and silently drops the first; other tools refuse the file.',
    fix: 'Remove one of the two.',
  },
  *check(_set, { duplicateKeys = [] }) {
    for (const { object, path } of duplicateKeys) {
      const at = new Manifest(object).at(...path);
      yield { at, message: 'the key is stated twice, and the last value applies', remedy: 'remove one of the two' };
    }
  },
};
