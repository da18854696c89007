import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { MonitoredService } from '../rules/rule-context';
import { oneOf, select } from '../rules/selector';
import { scrapeJobs } from '../scrape-endpoints';
import { dataSource, inEnvironment } from './queries';

/**
 * A mark on every graph where a service came to run an image that it did not run in the ten minutes before: a deploy, or
 * its rollback. Ten, so that a gap in what kube-state-metrics says is no deploy of everything.
 */
export function deploys(services: readonly MonitoredService[]): AnnotationQueryBuilder {
  const container = oneOf(services.map(({ contract }) => contract.name));
  const running = select('kube_pod_container_info', inEnvironment(scrapeJobs.kubeStateMetrics, { container }));
  const images = (series: string) => `count by (container, image_spec) (${series})`;
  return new AnnotationQueryBuilder()
    .name('Deploys')
    .datasource(dataSource)
    .enable(true)
    .iconColor('blue')
    .expr(`${images(running)}\nunless\n${images(`max_over_time(${running}[10m] offset 2m)`)}`)
    .step('60s')
    .titleFormat('Deploy of {{container}}')
    .textFormat('{{image_spec}}');
}
