import { kubectl } from './kubectl';

void kubectl(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
