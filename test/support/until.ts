import { setTimeout as pause } from 'node:timers/promises';

/** Waits until something is so: two minutes at most, since machines that test are busy. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 1200; looks += 1) {
    if (await condition()) return;
    await pause(100);
  }
  throw new Error('it never came to that');
}
