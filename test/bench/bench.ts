import { cpus, totalmem } from 'node:os';
import { integrityRows } from './integrity';
import { lintCommandRows } from './lint-command';
import { processRows } from './process';
import { scalingRows } from './scaling';

console.log(
  `${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.version}`,
);
for (const row of [...processRows(), ...scalingRows(), ...integrityRows(), ...lintCommandRows()]) console.log(row);
