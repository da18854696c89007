import { helm } from './helm';

void helm(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
