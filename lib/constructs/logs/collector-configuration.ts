import { parseQuantity } from '../../platform/settings/quantity';
import { writeYaml } from '../../platform/yaml';
import {
  eventLabel,
  linesCounter,
  logsEndpoints,
  streamLabels,
  structuredMetadata,
} from '../monitoring/scrape-endpoints';
import { chooseMultilineParsers, linesScript, type WorkloadLogs, writeLinesLua } from './workload-logs';

/** Where the collector gets its lines from. */
export type LogSource = LogFiles | ForwardedLogs;

/** The kubelet's files of the pods of some namespaces. */
export interface LogFiles {
  readonly kind: 'files';
  readonly namespaces: readonly string[];
}

/** Lines that containers send to a port, as in Docker Compose. */
export interface ForwardedLogs {
  readonly kind: 'forward';
  readonly port: number;
}

/** Input of a collector's configuration. */
export interface CollectorConfiguration {
  readonly source: LogSource;
  /** Workloads whose lines are recognized, and what they write. */
  readonly workloads: Readonly<Record<string, WorkloadLogs>>;
  /** Host name of Loki. */
  readonly lokiHost: string;
  /** Bytes on disk that lines wait in, as a quantity, while Loki is down. */
  readonly buffer: string;
  /** Address that its ports listen on. */
  readonly listenAddress: string;
  /** Folder of the configuration. */
  readonly configFolder: string;
  /** Folder of offsets and buffered lines. */
  readonly stateFolder: string;
}

/** Folder of the kubelet's log files: `<namespace>_<pod>_<uid>/<container>/<restart>.log`. */
export const podLogsFolder = '/var/log/pods';

/** Name of the collector's main file. */
export const collectorFile = 'fluent-bit.yaml';

const parsersFile = 'parsers.yaml';

/** Tag of every line: the prefix, and then namespace, pod and container. */
const tags = { lines: 'k', counters: 'lines', own: 'self' } as const;

/** Name of the output to Loki in the collector's own metrics. */
export const lokiOutput = 'loki';

/** Most that one line holds; the rest of a longer one is cut off here and by Loki. */
const longestLine = '256k';

/** The files of a collector: name -> content. */
export function writeCollectorFiles(configuration: CollectorConfiguration): Record<string, string> {
  const parsers = chooseMultilineParsers(configuration.workloads);
  return {
    [collectorFile]: writeYaml({
      service: makeService(configuration),
      pipeline: {
        inputs: [makeInput(configuration), { name: 'fluentbit_metrics', tag: tags.own, scrape_interval: 15 }],
        filters: makeFilters(configuration, parsers.names),
        outputs: makeOutputs(configuration),
      },
    }),
    [parsersFile]: writeYaml({ multiline_parsers: parsers.definitions }),
    [linesScript]: writeLinesLua(configuration.workloads),
  };
}

function makeService({ listenAddress, configFolder, stateFolder }: CollectorConfiguration): object {
  return {
    flush: 1,
    grace: 10,
    // Seconds between two attempts to send: from the first to the longest.
    'scheduler.base': 2,
    'scheduler.cap': 30,
    log_level: 'info',
    parsers_file: `${configFolder}/${parsersFile}`,
    http_server: true,
    http_listen: listenAddress,
    http_port: logsEndpoints.collector.healthPort,
    health_check: true,
    'storage.path': `${stateFolder}/buffer`,
    'storage.sync': 'normal',
    // Each is up to 2 MB in memory; the others wait on disk.
    'storage.max_chunks_up': 32,
    'storage.metrics': true,
  };
}

function makeInput({ source, listenAddress, stateFolder }: CollectorConfiguration): object {
  if (source.kind === 'forward') {
    return { name: 'forward', listen: listenAddress, port: source.port, 'storage.type': 'filesystem' };
  }
  return {
    name: 'tail',
    // No namespace contains an underscore, so each pattern is of one namespace alone.
    path: source.namespaces.map((namespace) => `${podLogsFolder}/${namespace}_*/*/*.log`).join(','),
    tag: `${tags.lines}.<namespace>.<pod>.<container>`,
    tag_regex: String.raw`(?<namespace>[^_/]+)_(?<pod>[^_/]+)_[^_/]+/(?<container>[^/]+)/\d+\.log$`,
    'multiline.parser': 'cri',
    read_from_head: true,
    db: `${stateFolder}/tail.db`,
    'db.locking': true,
    mem_buf_limit: '32MB',
    'storage.type': 'filesystem',
    skip_long_lines: true,
    buffer_max_size: longestLine,
    refresh_interval: 5,
  };
}

function makeFilters({ configFolder }: CollectorConfiguration, parsers: readonly string[]): object[] {
  const match = `${tags.lines}.*`;
  const [metric_namespace, metric_subsystem, ...metric_name] = linesCounter.split('_');
  return [
    ...(parsers.length === 0
      ? []
      : [
          {
            name: 'multiline',
            match,
            'multiline.key_content': 'log',
            'multiline.parser': parsers.join(', '),
            buffer: 'on',
            // In memory, what it holds is lost when the collector is killed: the offsets of its input are ahead of it.
            'emitter_storage.type': 'filesystem',
            flush_ms: 2000,
          },
        ]),
    { name: 'lua', match, script: `${configFolder}/${linesScript}`, call: 'line', time_as_table: true },
    {
      name: 'log_to_metrics',
      match,
      tag: tags.counters,
      metric_mode: 'counter',
      metric_name: metric_name.join('_'),
      metric_namespace,
      metric_subsystem,
      metric_description: 'Log lines by workload, level and event.',
      label_field: [...streamLabels, eventLabel],
    },
  ];
}

function makeOutputs({ lokiHost, listenAddress, buffer }: CollectorConfiguration): object[] {
  const { linesPort, metricsPort } = logsEndpoints.collector;
  const field = (name: string) => `${name}=$${name}`;
  const host = listenAddress;
  const exporter = (match: string, port: number) => ({ name: 'prometheus_exporter', match, host, port });
  return [
    {
      name: 'loki',
      alias: lokiOutput,
      match: `${tags.lines}.*`,
      host: lokiHost,
      port: logsEndpoints.loki.port,
      uri: '/loki/api/v1/push',
      labels: streamLabels.map(field).join(', '),
      structured_metadata: structuredMetadata.map(field).join(', '),
      remove_keys: [...streamLabels, ...structuredMetadata, eventLabel].join(', '),
      // The record is then the line alone, which is sent as it is.
      drop_single_key: 'raw',
      line_format: 'json',
      compress: 'gzip',
      // Until it is sent or the buffer is full, which drops the oldest lines.
      retry_limit: 'no_limits',
      'storage.total_limit_size': Math.floor(parseQuantity(buffer)),
    },
    exporter(tags.counters, linesPort),
    exporter(tags.own, metricsPort),
  ];
}
