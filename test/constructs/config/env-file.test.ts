import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeEnvFile } from '../../../lib/constructs/config/config-bundle';
import { withFolder } from '../../support/program';

test('plain values stand as they are', () => {
  expect(writeEnvFile({ A: '', B: 'https://veza.app:443', C: 'a@b.c', D: '1,2', E: 'k=v' })).toBe(
    'A=\nB=https://veza.app:443\nC=a@b.c\nD=1,2\nE=k=v\n',
  );
});

test('values that a reader would change are quoted', () => {
  expect(
    writeEnvFile({ A: 'a b', B: 'say "hi"', C: '$HOME', D: 'a#b', E: 'back\\slash', F: 'two\nlines', G: '`id`' }),
  ).toBe('A="a b"\nB="say \\"hi\\""\nC="\\$HOME"\nD="a#b"\nE="back\\\\slash"\nF="two\\nlines"\nG="\\`id\\`"\n');
});

test('a shell reads back what was written', () => {
  const values = [
    '',
    'plain',
    ' around ',
    'a "quoted" word',
    "it's",
    '$HOME $(id)',
    '`id`',
    'back\\slash\\n',
    '# no comment',
    'a;b&c|d>e<f',
    '~/*?[a-z]',
    'é ü 音',
    'a\tb',
  ];
  const names = values.map((_, index) => `V${index}`);
  const print = names.map((name) => `printf '%s\\0' "$${name}"`).join('; ');
  const read = withFolder((folder) => {
    const file = join(folder, 'app.env');
    writeFileSync(file, writeEnvFile(Object.fromEntries(values.map((value, index) => [`V${index}`, value]))));
    return spawnSync('sh', ['-euc', `. "$1"; ${print}`, 'sh', file], { encoding: 'utf8' });
  });
  expect(read.stderr).toBe('');
  expect(read.stdout.split('\0').slice(0, -1)).toStrictEqual(values);
});
