import { writeRedisConf, writeRedisUsers } from '../../../lib/constructs/redis/redis-configuration';
import { cache } from '../postgres/support/stores';

const { requests } = cache.resources;
const limits = { ...requests, memory: '4Gi' };

test('keys take at most 60 % of the memory limit', () => {
  expect(
    writeRedisConf({ ...cache, resources: { requests, limits }, evictionPolicy: 'volatile-ttl' }),
  ).toMatchInlineSnapshot(`
"bind * -::*
port 6379
protected-mode no
aclfile /var/run/redis/users.acl
enable-protected-configs no
enable-debug-command no
enable-module-command no
dir /data
appendonly yes
appendfsync everysec
save ""
aof-load-truncated yes
maxmemory 2576980377
maxmemory-policy volatile-ttl
maxmemory-clients 20%
proto-max-bulk-len 161061273
tcp-keepalive 60
"
`);
});

test('the default user gets no dangerous command, and scripts only where they are stated', () => {
  const [plain, scripting] = [false, true].map((scripts) => writeRedisUsers({ scripts }));
  expect(plain).toMatchInlineSnapshot(`
"user default on nopass sanitize-payload ~* &* +@all -@admin -@dangerous -@scripting +info +keys +sort +sort_ro +slowlog|get +slowlog|len +latency|latest +latency|histogram
"
`);
  expect(scripting).toBe(
    plain?.replace('\n', ' +eval +eval_ro +evalsha +evalsha_ro +fcall +fcall_ro +script|load +script|exists\n'),
  );
});

test('a value may have a megabyte, however small the memory', () => {
  const small = { ...requests, memory: '16Mi' };
  expect(writeRedisConf({ ...cache, resources: { requests: small, limits: small } })).toContain(
    'proto-max-bulk-len 1048576\n',
  );
});
