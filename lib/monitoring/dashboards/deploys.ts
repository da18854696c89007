import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { jobs } from '../jobs';
import type { ObservedService } from '../rules/rule-input';
import { oneOf, select } from '../rules/selector';
import { inEnvironment } from './promql';
import { dataSource } from './targets';

/**
 * A mark on every graph where a service came to run an image that it did not run in the ten minutes before: a deploy, or
 * its rollback. Ten, so that a gap in what kube-state-metrics says is no deploy of everything.
 */
export function deploys(services: readonly ObservedService[]): AnnotationQueryBuilder {
  const container = oneOf(services.map(({ contract }) => contract.name));
  const running = select('kube_pod_container_info', inEnvironment(jobs.kubeStateMetrics, { container }));
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
