import { PassThrough } from 'node:stream';
import { confirm } from '../../lib/cli/confirm';
import { UsageError } from '../../lib/platform/errors';

function answer(text: string): Promise<void> {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const asked = confirm({ what: 'this replaces all', word: 'staging' }, input, new PassThrough());
  input.write(`${text}\n`);
  return asked;
}

test('goes on when the word is typed', async () => {
  await expect(answer(' staging ')).resolves.toBeUndefined();
});

test.each(['', 'yes', 'production'])('%j is not the word', async (text) => {
  await expect(answer(text)).rejects.toThrow(
    new UsageError(`${JSON.stringify(text)} is not staging: nothing was done`),
  );
});

test('a keyboard that ends is no yes', async () => {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const asked = confirm({ what: 'this replaces all', word: 'staging' }, input, new PassThrough());
  input.end();
  await expect(asked).rejects.toThrow(UsageError);
});
