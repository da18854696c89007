import { computeChecksum } from '../../../lib/constructs/kubernetes/metadata';

test('the order of keys does not matter', () => {
  expect(computeChecksum({ a: '1', b: '2' })).toBe(computeChecksum({ b: '2', a: '1' }));
});

test('every other change does', () => {
  const contents: Record<string, string>[] = [
    {},
    { a: '1' },
    { a: '2' },
    { b: '1' },
    { a: '1', b: '' },
    { a: '1,b' },
    { 'a,1': 'b' },
    { a: '' },
  ];
  expect(new Set(contents.map((content) => computeChecksum(content))).size).toBe(8);
});

test('a checksum is a SHA-256 in hexadecimal', () => {
  // printf '[["a","1"]]' | sha256sum
  expect(computeChecksum({ a: '1' })).toBe('57bfe7a5665fd3e5b7872b4dc4b0752144714ed463048a8448c04a15e4596dba');
});
