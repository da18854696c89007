import type { LogStore, LokiLogs } from '../../platform/settings/logs';
import { parseQuantity } from '../../platform/settings/quantity';
import { writeYaml } from '../../platform/yaml';
import { logsEndpoints } from '../monitoring/scrape-endpoints';

/** Folder of Loki's volume in the pod. */
export const lokiFolder = '/loki';

/** Environment variables of a bucket's credentials, and the keys of the Secret that has them. */
export const bucketVariables = { id: 'LOGS_S3_ACCESS_KEY_ID', secret: 'LOGS_S3_SECRET_ACCESS_KEY' } as const;

/**
 * Schemas by the day from which they apply. An entry never changes once lines were stored under it, or they cannot be read
 * any more: a new one is added with a day in the future.
 */
const schemaStart = '2026-11-01';

/** A collector whose Loki was away for longer than this would resend lines that Loki refuses. */
const oldestSample = '168h';

/** Settings of Loki's configuration. */
export type LokiConfiguration = Pick<LokiLogs, 'retention' | 'store'> & {
  /** Memory limit of its container, as a quantity. */
  readonly memory: string;
};

/** Writes Loki's configuration. It has only fields that Loki 3.7 and 4.0 both accept. */
export function writeLokiConfiguration({ retention, store, memory }: LokiConfiguration): string {
  const kind = store.kind === 'bucket' ? 's3' : 'filesystem';
  return writeYaml({
    auth_enabled: false,
    server: {
      http_listen_port: logsEndpoints.loki.port,
      grpc_listen_address: '127.0.0.1',
      grpc_listen_port: 9095,
      log_level: 'warn',
    },
    common: {
      path_prefix: lokiFolder,
      replication_factor: 1,
      instance_addr: '127.0.0.1',
      ring: { kvstore: { store: 'inmemory' }, instance_addr: '127.0.0.1' },
    },
    schema_config: {
      configs: [
        {
          from: schemaStart,
          store: 'tsdb',
          object_store: kind,
          schema: 'v13',
          index: { prefix: 'index_', period: '24h' },
        },
      ],
    },
    storage_config: { use_thanos_objstore: true, object_store: makeObjectStore(store) },
    // Without the last two, the retention below deletes nothing.
    compactor: { working_directory: `${lokiFolder}/compactor`, retention_enabled: true, delete_request_store: kind },
    limits_config: {
      retention_period: formatHours(retention.days),
      retention_stream: retention.shorter.map(({ level, days }) => ({
        selector: `{level="${level}"}`,
        priority: 1,
        period: formatHours(days),
      })),
      ingestion_rate_mb: 8,
      ingestion_burst_size_mb: 16,
      per_stream_rate_limit: '5MB',
      max_global_streams_per_user: 2000,
      reject_old_samples_max_age: oldestSample,
      allow_structured_metadata: true,
      // The collector has found the level, and each of these would add a label.
      discover_log_levels: false,
      discover_service_name: [],
      max_line_size: '256KB',
      max_line_size_truncate: true,
    },
    ingester: {
      wal: {
        dir: `${lokiFolder}/wal`,
        disk_full_threshold: 0.9,
        // The default of 4 GB is above the container's memory, and a restart after a crash would be killed again.
        replay_memory_ceiling: `${Math.floor(parseQuantity(memory) / 2 ** 21)}MB`,
      },
    },
    analytics: { reporting_enabled: false },
  });
}

function makeObjectStore(store: LogStore): object {
  if (store.kind === 'volume') return { filesystem: { dir: `${lokiFolder}/chunks` } };
  const { endpoint, region, bucket } = store;
  const variable = (name: string) => `\${${name}}`;
  return {
    s3: {
      endpoint,
      region,
      bucket_name: bucket,
      access_key_id: variable(bucketVariables.id),
      secret_access_key: variable(bucketVariables.secret),
    },
  };
}

function formatHours(days: number): string {
  return `${days * 24}h`;
}
