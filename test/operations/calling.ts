import { call } from '../../lib/operations/program';

/** A process that calls a program as Helm is called, and ends when that has. */
const [program = '', ...args] = process.argv.slice(2);
void call(program, args, { detached: true });
