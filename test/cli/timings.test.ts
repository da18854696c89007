import { performance } from 'node:perf_hooks';
import { partsOfStart, Timings } from '../../lib/cli/timings';
import { TestClock } from '../support/test-clock';

test('the parts, what is left between them, and the whole add up', () => {
  const clock = new TestClock();
  const timings = new Timings(clock, [{ part: 'start', milliseconds: 100 }]);
  clock.suspend(0.05);
  const built = timings.measure('build staging', () => {
    clock.suspend(0.35);
    return 'objects';
  });
  expect(built).toBe('objects');
  expect(timings.total()).toBe(500);
  expect(timings.lines()).toStrictEqual([
    '   100 ms  20 %  start',
    '   350 ms  70 %  build staging',
    '    50 ms  10 %  the rest',
    '   500 ms 100 %  in all',
  ]);
});

test('a run that takes no time has a table too', () => {
  expect(new Timings(new TestClock()).lines()).toStrictEqual(['     0 ms   0 %  the rest', '     0 ms   0 %  in all']);
});

test('the parts of the start are those of the process, and of the bundle where there is one', () => {
  // Marks are those of the process, in which other tests ran before.
  performance.clearMarks();
  const names = () => partsOfStart().map(({ part }) => part);
  expect(names()).toStrictEqual(['start Node.js', 'load libraries, contracts and environments']);
  performance.mark('veza: run');
  expect(names()).toStrictEqual([
    'start Node.js',
    'read or make the bundle',
    'load libraries, contracts and environments',
  ]);
  performance.clearMarks('veza: run');
  const before = performance.now();
  const sum = partsOfStart().reduce((total, { milliseconds }) => total + milliseconds, 0);
  expect(sum).toBeGreaterThanOrEqual(before);
  expect(sum).toBeLessThanOrEqual(performance.now());
});
