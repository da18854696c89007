import { redisConf } from '../../../lib/constructs/redis/redis';
import { cache } from '../postgres/support/stores';

const { requests } = cache.resources;
const limits = { ...requests, memory: '4Gi' };

test('keys take at most 60 % of the memory limit', () => {
  expect(
    redisConf({ ...cache, resources: { requests, limits }, evictionPolicy: 'volatile-ttl' }),
  ).toMatchInlineSnapshot(`
"bind * -::*
port 6379
protected-mode no
dir /data
appendonly yes
appendfsync everysec
save ""
aof-load-truncated yes
maxmemory 2576980377
maxmemory-policy volatile-ttl
"
`);
});
