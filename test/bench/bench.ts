import { cpus, totalmem } from 'node:os';
import { comparisonRows } from './comparison';
import { integrityRows } from './integrity';
import { lintCommandRows } from './lint-command';
import { processRows } from './process';
import { scalingRows } from './scaling';
import { watchRows } from './watch';

const measurements = [processRows, comparisonRows, watchRows, scalingRows, integrityRows, lintCommandRows];

async function bench(): Promise<void> {
  const memory = Math.round(totalmem() / 1024 ** 3);
  console.log(`${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${memory} GiB, Node ${process.version}`);
  for (const rows of measurements) for (const row of await rows()) console.log(row);
}

void bench();
