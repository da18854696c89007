import { makeTemporaryNames } from '../../lib/platform/backup-names';

test('temporary names derive from the database name', () => {
  expect(makeTemporaryNames('veza_production')).toStrictEqual({
    restoring: 'veza_production_restoring',
    before: 'veza_production_before_',
  });
});

test('a long name is cut, so that PostgreSQL does not cut what follows', () => {
  const { restoring, before } = makeTemporaryNames('x'.repeat(63));
  expect(restoring).toBe(`${'x'.repeat(53)}_restoring`);
  expect(before).toBe(`${'x'.repeat(35)}_before_`);
  expect(`${before}20261125t021500z_999`).toHaveLength(63);
});
