import { createProcessRunner } from '../../lib/cluster/process';

/** A process that calls a program as Helm is called, and ends when that has. */
const [program = '', ...args] = process.argv.slice(2);
void createProcessRunner(process.env)(program, args, { detached: true });
