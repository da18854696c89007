import type { ManifestSet } from '../../manifests/manifest-set';
import type { Rule } from '../rule';
import { type MonitoringFile, monitoringFiles } from './monitoring-files';
import { type ScrapeJob, scrapeJobsOf, targetsOf } from './scrape-targets';

export const scrapeJobs: Rule = {
  name: 'scrape-jobs',
  class: 'broken',
  finds: 'A scrape job, or an Alertmanager connection, that finds no pod.',
  why: 'The metrics are missing, and alerts on them never fire.',
  fix: 'Correct the discovery, the relabelling or the port.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: prometheus, namespace: monitoring }
data:
  prometheus.yml: |
    scrape_configs:
      - job_name: web
        static_configs: [{ targets: ["web:8080"] }]
`,
  *check(set) {
    for (const file of monitoringFiles(set).prometheus) {
      for (const { job, targets } of [...scrapeJobsOf(file, set), ...alertmanagersOf(set, file)]) {
        const { containers, mayBeElsewhere, dangling } = targets;
        for (const at of dangling) {
          yield {
            at,
            message: `"${at.value}" is no port of a Service with pods that expose it`,
            remedy: 'name a Service and a port of it, or discover the pods',
          };
        }
        if (containers.length > 0 || mayBeElsewhere || dangling.length > 0) continue;
        yield { at: job, message: 'the job finds no pod', remedy: 'correct what it discovers and what it keeps' };
      }
    }
  },
};

/** Connections to Alertmanagers are discovered like jobs. */
function alertmanagersOf(set: ManifestSet, { object, content }: MonitoringFile): ScrapeJob[] {
  const connections = content.items('alerting', 'alertmanagers');
  return connections.map((job) => ({ job, targets: targetsOf(set, object.namespace, job) }));
}
