import { parse } from 'yaml';
import {
  type CollectorConfiguration,
  collectorFile,
  writeCollectorFiles,
} from '../../../lib/constructs/logs/collector-configuration';
import { nameNodeStateFolder } from '../../../lib/constructs/logs/log-collector';
import { describeWorkloadLogs } from '../../../lib/constructs/logs/workload-logs';
import { streamLabels, structuredMetadata } from '../../../lib/constructs/monitoring/scrape-endpoints';
import type { ServiceLogs } from '../../../lib/platform/settings/service-logs';
import { contracts } from '../../support/own-platform';

const json: ServiceLogs = {
  format: 'json',
  level: 'lvl',
  message: 'msg',
  trace: 'request.id',
  panic: 'none',
  scrub: [
    { kind: 'field', name: 'one_time_code' },
    { kind: 'prefix', prefix: 'vza_' },
  ],
  assumed: false,
};

interface Pipeline {
  readonly inputs: readonly Readonly<Record<string, unknown>>[];
  readonly filters: readonly Readonly<Record<string, unknown>>[];
  readonly outputs: readonly Readonly<Record<string, unknown>>[];
}

function files(changes: Partial<CollectorConfiguration> = {}): Record<string, string> {
  return writeCollectorFiles({
    source: { kind: 'files', namespaces: ['shop-test', 'shop-test-monitoring'] },
    workloads: {},
    lokiHost: 'loki.shop-test-monitoring.svc',
    buffer: '512Mi',
    listenAddress: '192.0.2.1',
    configFolder: '/config',
    stateFolder: '/state',
    ...changes,
  });
}

function pipeline(changes?: Partial<CollectorConfiguration>): Pipeline {
  return parse(files(changes)[collectorFile] ?? '').pipeline;
}

const withPanics = { workloads: { api: { ...json, panic: 'go' } } } as const;

test('all of its ports listen on the address that is stated', () => {
  const listenAddress = '2001:db8::7';
  const forward = { source: { kind: 'forward', port: 24224 }, listenAddress } as const;
  const { service, pipeline: made } = parse(files(forward)[collectorFile] ?? '');
  const exporters = made.outputs.filter(({ name }: { readonly name: string }) => name === 'prometheus_exporter');
  expect(service.http_listen).toBe(listenAddress);
  expect(made.inputs[0].listen).toBe(listenAddress);
  expect(exporters.map(({ host }: { readonly host: string }) => host)).toEqual([listenAddress, listenAddress]);
});

test('it reads the files of its namespaces and no others', () => {
  const [{ path } = {}] = pipeline().inputs;
  expect(path).toBe('/var/log/pods/shop-test_*/*/*.log,/var/log/pods/shop-test-monitoring_*/*/*.log');
});

test('the file name yields namespace, pod and container, for a restarted container too', () => {
  const [{ tag_regex } = {}] = pipeline().inputs;
  const file = '/var/log/pods/shop-test_shop.catalog-7d4-x_8f1b2c/catalog/12.log';
  expect(new RegExp(String(tag_regex)).exec(file)?.groups).toMatchObject({
    namespace: 'shop-test',
    pod: 'shop.catalog-7d4-x',
    container: 'catalog',
  });
});

test('lines wait on disk at every stage, so that a killed collector loses none', () => {
  const { inputs, filters } = pipeline(withPanics);
  expect(inputs[0]?.['storage.type']).toBe('filesystem');
  const joining = filters.filter(({ name }) => name === 'multiline');
  expect(joining.map((filter) => filter['emitter_storage.type'])).toStrictEqual(['filesystem']);
});

test('without a workload that panics, nothing joins lines', () => {
  expect(pipeline({ workloads: { api: json } }).filters.map(({ name }) => name)).toStrictEqual([
    'lua',
    'log_to_metrics',
  ]);
});

test('the buffer has a bound in bytes, and lines are sent until they are', () => {
  const { outputs } = pipeline();
  expect(outputs[0]).toMatchObject({
    name: 'loki',
    'storage.total_limit_size': 512 * 1024 * 1024,
    retry_limit: 'no_limits',
  });
});

test('streams have the four labels and no more, and lines carry pod and trace', () => {
  const [output] = pipeline().outputs;
  expect(streamLabels).toStrictEqual(['namespace', 'app', 'container', 'level']);
  expect(structuredMetadata).toStrictEqual(['pod', 'trace_id']);
  expect(output?.labels).toBe('namespace=$namespace, app=$app, container=$container, level=$level');
  expect(output?.structured_metadata).toBe('pod=$pod, trace_id=$trace_id');
});

test('the script removes secrets before lines are counted or sent', () => {
  const names = pipeline(withPanics).filters.map(({ name }) => name);
  expect(names.indexOf('lua')).toBeGreaterThan(names.indexOf('multiline'));
  expect(names.indexOf('lua')).toBeLessThan(names.indexOf('log_to_metrics'));
});

test('what a contract states is in the script', () => {
  const script = files({ workloads: { api: json } })['lines.lua'];
  expect(script).toContain(
    '["api"] = { format = "json", level = "lvl", trace = "request.id", fields = { "one_time_code" }, prefixes = { "vza_" } }',
  );
});

test('the panics of every contract are joined', () => {
  const own = Object.fromEntries(contracts.map((contract) => [contract.name, contract]));
  const workloads = describeWorkloadLogs([...Object.keys(own), 'postgres'], own);
  const [joining] = pipeline({ workloads }).filters;
  expect(String(joining?.['multiline.parser']).split(', ')).toEqual(['go', 'rust-panic', 'postgres-error']);
  const { multiline_parsers } = parse(files({ workloads })['parsers.yaml'] ?? '');
  expect(multiline_parsers.map(({ name }: { name: string }) => name)).toEqual(['rust-panic', 'postgres-error']);
});

test('two environments of a platform, and two platforms, have state folders of their own', () => {
  const folders = ['shop', 'veza'].flatMap((platform) =>
    ['staging', 'production'].map((environment) => nameNodeStateFolder({ platform, environment })),
  );
  expect(new Set(folders).size).toBe(4);
});
