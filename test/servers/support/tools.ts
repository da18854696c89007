import { existsSync } from 'node:fs';

/** Where the packages of Debian bookworm put the programs that the images have. */
const programs: Readonly<Record<string, string>> = {
  '/usr/lib/postgresql/15/bin/postgres': 'postgresql-15',
  '/usr/lib/postgresql/15/bin/psql': 'postgresql-client-15',
  '/usr/bin/redis-server': 'redis-server',
  '/usr/bin/redis-cli': 'redis-tools',
  '/usr/bin/prometheus-postgres-exporter': 'prometheus-postgres-exporter',
  '/usr/bin/prometheus-redis-exporter': 'prometheus-redis-exporter',
  '/usr/bin/prometheus-node-exporter': 'prometheus-node-exporter',
  '/usr/bin/rclone': 'rclone',
  '/usr/bin/openssl': 'openssl',
  '/usr/bin/setpriv': 'util-linux',
  '/usr/bin/unshare': 'util-linux',
  '/usr/bin/nsenter': 'util-linux',
  '/usr/sbin/ip': 'iproute2',
};

/**
 * Makes sure that the tests can run here.
 * @throws Error that says what to install, or that root is needed.
 */
export function requireTools(): void {
  const missing = Object.entries(programs).filter(([program]) => !existsSync(program));
  if (missing.length > 0) {
    const packages = [...new Set(missing.map(([, name]) => name))].join(' ');
    throw new Error(
      `the server tests miss ${missing.map(([program]) => program).join(', ')}: apt-get install ${packages}`,
    );
  }
  if (process.getuid?.() !== 0) throw new Error('the server tests make namespaces and mounts: run them as root');
}

/**
 * Asks again and again, ten times a second, until the answer is true.
 * @throws Error with the name of what never came, after as many seconds as given.
 */
export async function eventually(what: string, seconds: number, ask: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
