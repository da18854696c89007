// The longest suites first, so that no worker is left with one of them at the end. Jest would know how long each took from
// its cache, which a fresh machine does not have; there it goes by the size of their files.
const { default: Sequencer } = require('@jest/test-sequencer');

/** Suites of ten seconds and more, the longest first. */
const longest = [
  'test/growth/growth.test.ts',
  'test/package/package.test.ts',
  'test/lint/dist.test.ts',
  'test/cli/commands/synth.test.ts',
  'test/cli/commands/deploy.test.ts',
  'test/operations/deploy/deploy.test.ts',
  'test/cli/commands/permissions.test.ts',
  'test/operations/deploy/recover-interrupted.test.ts',
  'test/operations/deploy/first-deploy.test.ts',
  'test/platform/every-field.test.ts',
  'test/synth/pairwise.test.ts',
  'test/servers/cache-restart.servers.ts',
  'test/servers/cache-failover.servers.ts',
  'test/servers/deploy.servers.ts',
  'test/servers/deploy-interrupted.servers.ts',
  'test/servers/backup-restore.servers.ts',
  'test/servers/first-installation.servers.ts',
  'test/servers/backup.servers.ts',
  'test/servers/database-roles.servers.ts',
  'test/servers/postgres-recovery.servers.ts',
  'test/servers/operations-tools.servers.ts',
  'test/servers/rules.servers.ts',
];

class LongestFirst extends Sequencer {
  sort(tests) {
    const rankOf = ({ path }) => longest.findIndex((file) => path.endsWith(`/${file}`)) + 1 || Number.POSITIVE_INFINITY;
    const rest = super.sort(tests.filter((test) => !Number.isFinite(rankOf(test))));
    const first = tests
      .filter((test) => Number.isFinite(rankOf(test)))
      .sort((one, other) => rankOf(one) - rankOf(other));
    return [...first, ...rest];
  }
}

module.exports = LongestFirst;
module.exports.longest = longest;
