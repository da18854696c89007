import { collectorFile, writeCollectorFiles } from '../constructs/logs/collector-configuration';
import { collectorImage } from '../constructs/logs/log-collector';
import { lokiFile, lokiImage } from '../constructs/logs/loki';
import { lokiFolder, writeLokiConfiguration } from '../constructs/logs/loki-configuration';
import { describeWorkloadLogs } from '../constructs/logs/workload-logs';
import { logsEndpoints, scrapeJobs } from '../constructs/monitoring/scrape-endpoints';
import type { Platform } from '../platform/platform';
import { nameServiceWorkload } from '../platform/workload-names';
import type { ComposeService } from './compose-services';

const { loki, collector } = logsEndpoints;

/** The usual port of the protocol in which Docker sends the lines of a container. */
const forwardPort = 24224;

const folders = { config: '/fluent-bit/etc/collector', state: '/var/lib/collector' } as const;

/** Volumes of the logs that outlive the containers. */
export const logVolumes = ['loki_data', 'fluent_bit_data'] as const;

/** Loki and the collector, with the files next to the compose file. */
export function makeComposeLogs(): Record<string, ComposeService> {
  return {
    [loki.name]: {
      image: lokiImage,
      command: [`-config.file=/etc/loki/${lokiFile}`],
      volumes: ['./loki:/etc/loki:ro', `loki_data:${lokiFolder}`],
    },
    [collector.name]: {
      image: collectorImage,
      entrypoint: ['/fluent-bit/bin/fluent-bit'],
      command: [`--config=${folders.config}/${collectorFile}`],
      ports: [`127.0.0.1:${forwardPort}:${forwardPort}`],
      volumes: [`./fluent-bit:${folders.config}:ro`, `fluent_bit_data:${folders.state}`],
      depends_on: { [loki.name]: { condition: 'service_started' } },
    },
  };
}

/**
 * Sends the lines of a container to the collector, with the tag that in the cluster follows from the name of its file.
 * Docker itself keeps them as well, and does not wait for a collector that is down.
 * @param workload name of its workload in the cluster, by which its lines are recognized
 */
export function makeComposeLogging(namespace: string, workload: string, container: string): ComposeService['logging'] {
  return {
    driver: 'fluentd',
    options: {
      'fluentd-address': `127.0.0.1:${forwardPort}`,
      'fluentd-async': 'true',
      tag: `k.${namespace}.${workload}.${container}`,
    },
  };
}

/** Generates the files of Loki and the collector, by their paths in the folder `docker`. */
export function writeLogFiles(platform: Platform): Record<string, string> {
  const contracts = platform.services.map(
    (contract) => [nameServiceWorkload(platform.name, contract.name), contract] as const,
  );
  const names = [...contracts.map(([name]) => name), scrapeJobs.postgres, scrapeJobs.redis];
  const files = writeCollectorFiles({
    listenAddress: '0.0.0.0',
    source: { kind: 'forward', port: forwardPort },
    workloads: describeWorkloadLogs(names, Object.fromEntries(contracts)),
    lokiHost: loki.name,
    buffer: '64Mi',
    configFolder: folders.config,
    stateFolder: folders.state,
  });
  return {
    [`loki/${lokiFile}`]: writeLokiConfiguration({
      retention: { days: 7, shorter: [] },
      store: { kind: 'volume' },
      memory: '1Gi',
    }),
    ...Object.fromEntries(Object.entries(files).map(([name, content]) => [`fluent-bit/${name}`, content])),
  };
}
