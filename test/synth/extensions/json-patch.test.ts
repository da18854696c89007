import type { PatchOperation } from '../../../lib/platform/settings/json-patch';
import { applyPatch } from '../../../lib/synth/extensions/json-patch';

/** Examples of RFC 6902, appendix A, and the edges of RFC 6901. */
const applied: readonly [string, unknown, readonly PatchOperation[], unknown][] = [
  ['A.1 a member is added', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { baz: 'qux', foo: 'bar' }],
  [
    'A.2 an item is added',
    { foo: ['bar', 'baz'] },
    [{ op: 'add', path: '/foo/1', value: 'qux' }],
    { foo: ['bar', 'qux', 'baz'] },
  ],
  ['A.3 a member is removed', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
  [
    'A.4 an item is removed',
    { foo: ['bar', 'qux', 'baz'] },
    [{ op: 'remove', path: '/foo/1' }],
    { foo: ['bar', 'baz'] },
  ],
  [
    'A.5 a value is replaced',
    { baz: 'qux', foo: 'bar' },
    [{ op: 'replace', path: '/baz', value: 'boo' }],
    { baz: 'boo', foo: 'bar' },
  ],
  [
    'A.6 a value is moved',
    { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
    [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
    { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
  ],
  [
    'A.7 an item is moved',
    { foo: ['all', 'grass', 'cows', 'eat'] },
    [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
    { foo: ['all', 'cows', 'eat', 'grass'] },
  ],
  [
    'A.8 values are tested',
    { baz: 'qux', foo: ['a', 2, 'c'] },
    [
      { op: 'test', path: '/baz', value: 'qux' },
      { op: 'test', path: '/foo/1', value: 2 },
    ],
    { baz: 'qux', foo: ['a', 2, 'c'] },
  ],
  [
    'A.10 an object is added',
    { foo: 'bar' },
    [{ op: 'add', path: '/child', value: { grandchild: {} } }],
    { foo: 'bar', child: { grandchild: {} } },
  ],
  ['A.14 a name with ~ and /', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
  [
    'A.16 a list is appended',
    { foo: ['bar'] },
    [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }],
    { foo: ['bar', ['abc', 'def']] },
  ],
  ['a member that exists is replaced by add', { a: 1 }, [{ op: 'add', path: '/a', value: 2 }], { a: 2 }],
  ['an item is replaced', { a: [1, 2] }, [{ op: 'replace', path: '/a/1', value: 3 }], { a: [1, 3] }],
  ['a value is copied', { a: { b: 1 } }, [{ op: 'copy', from: '/a', path: '/c' }], { a: { b: 1 }, c: { b: 1 } }],
  ['a value is moved to its own place', { a: 1 }, [{ op: 'move', from: '/a', path: '/a' }], { a: 1 }],
  ['the whole document', { a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }], { b: 2 }],
  ['an empty name', { '': 1 }, [{ op: 'replace', path: '/', value: 2 }], { '': 2 }],
  ['an empty list', { a: [] }, [{ op: 'add', path: '/a/0', value: 1 }], { a: [1] }],
  ['no operation', { a: 1 }, [], { a: 1 }],
];

test.each(applied)('%s', (_, document, operations, expected) => {
  const before = JSON.stringify(document);
  expect(applyPatch(document, operations)).toStrictEqual({ value: expected });
  expect(JSON.stringify(document)).toBe(before);
});

const refused: readonly [string, unknown, PatchOperation, string][] = [
  ['A.9 a test that fails', { baz: 'qux' }, { op: 'test', path: '/baz', value: 'bar' }, '/baz is "qux" and not "bar"'],
  [
    'A.12 a parent that does not exist',
    { foo: 'bar' },
    { op: 'add', path: '/baz/bat', value: 'qux' },
    '/baz does not exist; there is foo',
  ],
  ['A.15 text and number', { '/': 9 }, { op: 'test', path: '/~1', value: '9' }, '/~1 is 9 and not "9"'],
  ['a value inside a text', { a: 'b' }, { op: 'add', path: '/a/b', value: 1 }, '/a is "b", which has no fields'],
  ['a member to remove', { a: 1, b: 2 }, { op: 'remove', path: '/c' }, '/c does not exist; there is a, b'],
  ['a member to replace', {}, { op: 'replace', path: '/c', value: 1 }, '/c does not exist; there is nothing'],
  ['an inherited member', {}, { op: 'remove', path: '/toString' }, '/toString does not exist; there is nothing'],
  ['an item', { a: [1] }, { op: 'remove', path: '/a/1' }, '/a/1 does not exist; there are 1 items'],
  ['an index with a zero', { a: [1, 2] }, { op: 'remove', path: '/a/01' }, '/a/01 does not exist; there are 2 items'],
  [
    'the end of a list',
    { a: [1] },
    { op: 'replace', path: '/a/-', value: 1 },
    '/a/- does not exist; there are 1 items',
  ],
  [
    'an index past the end',
    { a: [1] },
    { op: 'add', path: '/a/2', value: 1 },
    '/a/2: the list has 1 items; use an index up to that, or -',
  ],
  ['the source of a copy', { a: 1 }, { op: 'copy', from: '/b', path: '/c' }, '/b does not exist; there is a'],
  ['a move into itself', { a: { b: 1 } }, { op: 'move', from: '/a', path: '/a/b' }, '/a cannot be moved into itself'],
];

test.each(refused)('refused: %s', (_, document, operation, message) => {
  const operations: PatchOperation[] = [{ op: 'add', path: '/first', value: 1 }, operation];
  const { value, problem } = applyPatch(document, operations);
  expect(problem).toStrictEqual({
    index: 1,
    message: message.replace('there is nothing', 'there is first').replace(/(there is (?!first).*)/, '$1, first'),
  });
  expect(value).toBe(document);
});
