import { PassThrough } from 'node:stream';
import { confirm } from '../../lib/cli/confirm';
import { UsageError } from '../../lib/platform/errors';

function answer(text: string): Promise<void> {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const asked = confirm(
    { stdin: input, stderr: new PassThrough() },
    { action: 'this replaces all', expected: 'staging' },
  );
  input.write(`${text}\n`);
  return asked;
}

test('continues when the word is typed', async () => {
  await expect(answer(' staging ')).resolves.toBeUndefined();
});

test.each(['', 'yes', 'production'])('%j is not the word', async (text) => {
  await expect(answer(text)).rejects.toThrow(
    new UsageError(`${JSON.stringify(text)} is not staging; nothing was changed`),
  );
});

test('input that ends is not a confirmation', async () => {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const asked = confirm(
    { stdin: input, stderr: new PassThrough() },
    { action: 'this replaces all', expected: 'staging' },
  );
  input.end();
  await expect(asked).rejects.toThrow(UsageError);
});
