import {
  computeLeastMemory,
  defaultParameters,
  postgresConf,
  postgresParameters,
} from '../../../lib/platform/settings/postgres-parameters';

test("writes the guide's postgres.conf, whatever the order of the value", () => {
  const reversed = Object.fromEntries(Object.entries(defaultParameters).reverse()) as typeof defaultParameters;
  expect(postgresConf(reversed)).toMatchInlineSnapshot(`
"max_connections = 200
shared_buffers = 256MB
effective_cache_size = 1GB
maintenance_work_mem = 64MB
checkpoint_completion_target = 0.9
wal_buffers = 16MB
default_statistics_target = 100
random_page_cost = 1.1
effective_io_concurrency = 200
max_parallel_workers_per_gather = 4
max_parallel_workers = 8
work_mem = 4MB
temp_buffers = 8MB
"
`);
});

test('the least memory is that of the page cache and one sort a connection', () => {
  expect(computeLeastMemory(defaultParameters)).toBe((256 + 200 * 4) * 1024 ** 2);
  expect(
    computeLeastMemory({ ...defaultParameters, shared_buffers: '1GB', work_mem: '64kB', max_connections: 16 }),
  ).toBe(1024 ** 3 + 1024 ** 2);
});

const size = 'use a size in kB, MB or GB, such as 256MB';

test.each([
  ['shared_buffers', '256Mi', size],
  ['work_mem', '4', size],
  ['work_mem', '0MB', size],
  ['max_connections', 5, 'use a whole number from 10 to 10000'],
  ['max_connections', 20.5, 'use a whole number from 10 to 10000'],
  ['checkpoint_completion_target', 1.1, 'use a number from 0 to 1'],
  ['random_page_cost', -1, 'use a number from 0 to 1000'],
  ['max_parallel_workers', '8', 'use a whole number from 0 to 1024'],
])('refuses %s %j', (name, value, message) => {
  const { error } = postgresParameters.safeParse({ ...defaultParameters, [name]: value });
  expect(error?.issues.map((issue) => [issue.path.join('.'), issue.message])).toEqual([[name, message]]);
});
