import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { TestCluster } from './test-cluster';

/** The stand-in as a program: a cluster is the file that CLUSTER names. */
const file = process.env.CLUSTER ?? '';
const args = process.argv.slice(2);
const cluster = new TestCluster(JSON.parse(readFileSync(file, 'utf8')));
const { status, stdout, stderr } = cluster.kubectl(
  args,
  args.includes('--stdin') || args.includes('--filename=-') ? readFileSync(0, 'utf8') : '',
);
// In one go: a call may be killed, or two may be at work, and the cluster stays whole.
const changed = `${file}.${process.pid}`;
writeFileSync(changed, JSON.stringify(cluster.state));
renameSync(changed, file);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = status;
