import { eventually } from '../support/tools';
import type { TestCache, Written } from './replicated-cache';

/** Bounds for a machine that does other things too; the README of an incident has the figures of a quiet one. */
export const longestMilliseconds = 20_000;

/** Writes while something happens; prints and asserts how long no write was accepted, and that none was lost. */
export async function survives(cache: TestCache, what: string, happen: () => Promise<void>): Promise<Written> {
  const written = await cache.writeDuring(happen);
  await eventually('a primary', 60, async () => (await cache.client('PING')).includes('PONG'));
  const lost = await cache.lost(written);
  process.stdout.write(
    `${what}: ${(written.longest / 1000).toFixed(1)} s without writes, ${lost} of ${written.acknowledged.length} lost\n`,
  );
  expect(lost).toBe(0);
  expect(written.acknowledged.length).toBeGreaterThan(50);
  return written;
}

/** Waits until another server is the primary, and writes go on. */
export async function anotherPrimary(cache: TestCache, old: number): Promise<void> {
  await eventually('another primary', 60, async () => {
    const others = [0, 1, 2].filter((index) => index !== old);
    const roles = await Promise.all(others.map((index) => cache.role(index)));
    return roles.includes('master') && (await cache.writes());
  });
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
