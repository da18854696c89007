import { makeAnnotatedPodsJob, makePodJob } from '../../../../lib/constructs/monitoring/scraping/pod-jobs';

test('a workload is scraped pod by pod, on one port, under labels that are listed one by one', () => {
  expect(makePodJob('shop', 'market', 'shop', { scrape_interval: '10s' })).toEqual({
    job_name: 'shop',
    scrape_interval: '10s',
    kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: ['market'] } }],
    relabel_configs: [
      {
        source_labels: ['__meta_kubernetes_pod_label_app', '__meta_kubernetes_pod_container_port_name'],
        regex: 'shop;metrics',
        action: 'keep',
      },
      { source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Succeeded|Failed', action: 'drop' },
      { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
      { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'instance' },
      { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
      { source_labels: ['__meta_kubernetes_pod_node_name'], target_label: 'node' },
    ],
  });
});

test('annotated pods are scraped but for those that have a job', () => {
  expect(makeAnnotatedPodsJob('pods', 'market', ['shop', 'bank']).relabel_configs).toContainEqual({
    source_labels: ['__meta_kubernetes_pod_label_app'],
    regex: 'shop|bank',
    action: 'drop',
  });
});
