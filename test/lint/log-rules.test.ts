import { testRule, together } from './rule-cases';

const configMap = (...files: readonly (readonly [name: string, text: string])[]) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'fluent-bit', namespace: 'logging' },
    data: Object.fromEntries(files),
  });

const input = '[INPUT]\n    Name tail\n    Path /var/log/*.log\n    DB /state/tail.db\n';
const memoryInput = '[INPUT]\n    Name tail\n    Path /var/log/*.log\n';
const filter = (...lines: readonly string[]) =>
  `[FILTER]\n${['Name multiline', 'Match *', ...lines].map((line) => `    ${line}\n`).join('')}`;
const disk = 'emitter_storage.type filesystem';
const classic = (...sections: readonly string[]) => configMap(['fluent-bit.conf', sections.join('\n')]);

const yaml = (pipeline: object, service: object = {}) =>
  configMap(['fluent-bit.yaml', `service: ${JSON.stringify(service)}\npipeline: ${JSON.stringify(pipeline)}\n`]);
const tail = { name: 'tail', path: '/var/log/*.log', db: '/state/tail.db' };
const multiline = { name: 'multiline', match: '*', 'multiline.parser': 'go' };

testRule('log-buffers', {
  good: [
    ['on disk', classic(input, filter(disk))],
    ['on disk, in other case', classic(input, filter('Emitter_Storage.Type   filesystem'))],
    ['no multiline filter', classic(input, '[FILTER]\n    Name kubernetes\n    Match *\n')],
    ['a filter that does not buffer', classic(input, filter('buffer off'))],
    ['an input that is not to survive a restart', classic(memoryInput, filter())],
    ['on disk, in YAML', yaml({ inputs: [tail], filters: [{ ...multiline, 'emitter_storage.type': 'filesystem' }] })],
    ['a filter that does not buffer, in YAML', yaml({ inputs: [tail], filters: [{ ...multiline, buffer: 'off' }] })],
    ['an input that is not to survive a restart, in YAML', yaml({ inputs: [{ name: 'tail' }], filters: [multiline] })],
    ['a multiline parser of an input', classic(`${input}    multiline.parser cri\n`)],
    ['a definition of a parser', classic(input, '[MULTILINE_PARSER]\n    name go\n    type regex\n')],
    ['another program', configMap(['pipeline.yaml', 'pipeline:\n  name: build\n'])],
    ['a file that is no YAML', configMap(['fluent-bit.yaml', 'pipeline: [\n'])],
  ],
  bad: [
    ['the default', classic(input, filter())],
    ['memory', classic(input, filter('emitter_storage.type memory'))],
    ['a buffer that is stated', classic(input, filter('buffer on', 'flush_ms 2000'))],
    ['an input that buffers on disk', classic(`${memoryInput}    storage.type filesystem\n`, filter())],
    ['a service that buffers on disk', classic('[SERVICE]\n    storage.path /state\n', memoryInput, filter())],
    ['files of one ConfigMap', configMap(['inputs.conf', input], ['filters.conf', filter()])],
    ['lower case', classic(input.toLowerCase().replace('[input]', '[INPUT]'), filter().replace('Name', 'name'))],
    ['one of two filters', classic(input, filter(disk), filter())],
    ['the default, in YAML', yaml({ inputs: [tail], filters: [multiline] })],
    ['memory, in YAML', yaml({ inputs: [tail], filters: [{ ...multiline, 'emitter_storage.type': 'memory' }] })],
    [
      'a service that buffers on disk, in YAML',
      yaml({ inputs: [{ name: 'tail' }], filters: [multiline] }, { 'storage.path': '/state' }),
    ],
  ],
});

const collector = (labels: string) =>
  configMap(['fluent-bit.conf', `[OUTPUT]\n    name loki\n${labels ? `    labels ${labels}\n` : ''}`]);
const sending = 'app=$app, level=$level';
const dashboardOf = (...panels: readonly object[]) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'dashboard', namespace: 'logging' },
    data: { 'logs.json': JSON.stringify({ panels }) },
  });
const loki = { type: 'loki', uid: '$loki' };
const panel = (expr: string, datasource: object = loki) => ({ title: 'Lines', datasource, targets: [{ expr }] });
const retention = (selector: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'loki', namespace: 'logging' },
    data: { 'loki.yaml': `limits_config:\n  retention_stream:\n    - selector: '${selector}'\n` },
  });
const pod = (image: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'other', namespace: 'logging' },
    spec: { containers: [{ name: 'other', image }] },
  });

testRule('log-labels', {
  good: [
    ['labels that are sent', together(collector(sending), dashboardOf(panel('{app="web", level=~"error|fatal"}')))],
    ['a field behind a bar', together(collector(sending), dashboardOf(panel('{app="web"} | pod="web-1" | json')))],
    ['braces in a string', together(collector(sending), dashboardOf(panel('{app="web"} |= "{pod=1}" |~ `{x="y"}`')))],
    ['a label that Loki adds', together(collector(sending), dashboardOf(panel('{service_name="web"}')))],
    ['a query of metrics', together(collector(sending), dashboardOf(panel('up{job="web"}', { type: 'prometheus' })))],
    ['a retention by a label that is sent', together(collector(sending), retention('{level="debug"}'))],
    ['labels made of keys', together(collector(`${sending}\n    label_keys $pod`), dashboardOf(panel('{pod="web"}')))],
    ['a label without a name', together(collector("$sub['stream']"), dashboardOf(panel('{stream="stdout"}')))],
    [
      'labels of Kubernetes',
      together(collector(`${sending}\n    auto_kubernetes_labels on`), dashboardOf(panel('{a="b"}'))),
    ],
    [
      'beside another collector',
      together(collector(sending), pod('grafana/alloy:v1'), dashboardOf(panel('{pod="a"}'))),
    ],
    ['no collector', dashboardOf(panel('{pod="web"}'))],
    [
      'two collectors',
      together(
        collector('app=$app'),
        collector('pod=$pod').replace('fluent-bit"', 'second"'),
        dashboardOf(panel('{pod="a"}')),
      ),
    ],
  ],
  bad: [
    ['a label that is not sent', together(collector(sending), dashboardOf(panel('{app="web", pod="web-1"}')))],
    ['in a query of numbers', together(collector(sending), dashboardOf(panel('sum(rate({pod="web-1"}[5m]))')))],
    ['in a row', together(collector(sending), dashboardOf({ type: 'row', panels: [panel('{pod!="web-1"}')] }))],
    [
      'a query with a source of its own',
      together(collector(sending), dashboardOf({ targets: [{ datasource: loki, expr: '{pod=""}' }] })),
    ],
    ['the label of the default alone', together(collector(''), dashboardOf(panel('{job="fluent-bit", app="web"}')))],
    ['a retention that never applies', together(collector(sending), retention('{severity="debug"}'))],
    ['in YAML', together(yaml({ outputs: [{ name: 'loki', labels: sending }] }), dashboardOf(panel('{pod="a"}')))],
  ],
});

const provisioned = (...sources: readonly object[]) =>
  configMap(['datasources.yaml', `apiVersion: 1\ndatasources: ${JSON.stringify(sources)}\n`]);
const source = (url: string, more: object = { uid: 'loki' }) =>
  provisioned({ name: 'Loki', type: 'loki', url, ...more });
const service = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'loki', namespace: 'logging' },
  spec: { ports: [{ name: 'http', port: 3100 }] },
});
const variable = (query: string) =>
  dashboardOf().replace(
    '\\"panels\\":[]',
    `\\"panels\\":[],\\"templating\\":{\\"list\\":[{\\"name\\":\\"ds\\",\\"type\\":\\"datasource\\",\\"query\\":\\"${query}\\"}]}`,
  );
const good = together(service, source('http://loki:3100'));

testRule('data-sources', {
  good: [
    ['a Service of the namespace', good],
    ['a Service with its namespace', together(service, source('http://loki.logging.svc:3100/prefix'))],
    [
      'a Service with the domain of the cluster',
      together(service, source('http://loki.logging.svc.cluster.local:3100')),
    ],
    ['a Service of a namespace that is elsewhere', source('http://loki.other:3100')],
    ['a public host', source('https://logs.example.org')],
    ['the same pod', source('http://localhost:3100')],
    ['a variable', source('http://$LOKI_HOST:3100')],
    ['a source without a URL', provisioned({ name: 'Test', type: 'testdata' })],
    ['a variable of a type that is provisioned', together(good, variable('loki'))],
    ['a variable without provisioned sources', variable('loki')],
    ['a uid that is provisioned', together(good, dashboardOf(panel('', { type: 'loki', uid: 'loki' })))],
    ['a uid by a variable', together(good, dashboardOf(panel('', { uid: '$ds' })))],
    [
      "Grafana's own sources",
      together(good, dashboardOf(panel('', { uid: '-- Mixed --' }), panel('', { uid: 'grafana' }))),
    ],
    [
      'a source whose uid Grafana makes',
      together(service, source('http://loki:3100', {}), dashboardOf(panel('', { uid: 'loki' }))),
    ],
  ],
  bad: [
    ['no Service', source('http://loki:3100')],
    ['no Service of that name', together(service, source('http://lokki:3100'))],
    ['no such port', together(service, source('http://loki:3101'))],
    ['no port of the scheme', together(service, source('http://loki'))],
    ['no Service in its own namespace', source('http://loki.logging:3100')],
    ['a variable of a type that is not provisioned', together(good, variable('tempo'))],
    ['a uid of a panel', together(good, dashboardOf({ title: 'Lines', datasource: { uid: 'logs' } }))],
    ['a uid of a query', together(good, dashboardOf({ targets: [{ datasource: { uid: 'logs' }, expr: '' }] }))],
  ],
});

const agent = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'agent', namespace: 'logging', labels: { app: 'agent' } },
  spec: {
    containers: [
      { name: 'agent', image: 'docker.io/fluent/fluent-bit:5.1', ports: [{ name: 'lines', containerPort: 2021 }] },
    ],
  },
});
const scraping = (expr: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'prometheus', namespace: 'logging' },
    data: {
      'prometheus.yml':
        'scrape_configs:\n  - job_name: lines\n    kubernetes_sd_configs: [{ role: pod, namespaces: { names: [logging] } }]\n',
      'rules.yml': `groups:\n  - name: lines\n    rules: [{ alert: Lines, expr: '${expr}' }]\n`,
    },
  });
const counting = (...lines: readonly string[]) =>
  classic(`[FILTER]\n${['name log_to_metrics', ...lines].map((line) => `    ${line}\n`).join('')}`);
const named = ['metric_namespace log', 'metric_subsystem collected', 'metric_name lines_total'];

testRule('exported-metrics', {
  good: [
    ['a counter of lines', together(agent, counting(...named), scraping('log_collected_lines_total > 0'))],
    ['with the defaults', together(agent, counting('metric_name errors'), scraping('log_metric_counter_errors > 0'))],
    [
      'a histogram',
      together(
        agent,
        counting('metric_mode histogram', 'metric_name time'),
        scraping('log_metric_histogram_time_sum > 0'),
      ),
    ],
    ["the collector's own", together(agent, scraping('fluentbit_output_errors_total > 0'))],
  ],
  bad: [
    ['a counter that no filter makes', together(agent, scraping('log_collected_lines_total > 0'))],
    ['another name', together(agent, counting(...named), scraping('log_collected_line_total > 0'))],
    ['a histogram of a counter', together(agent, counting(...named), scraping('log_collected_lines_total_sum > 0'))],
    ["none of the collector's own", together(agent, scraping('fluentbit_output_errors > 0'))],
    [
      'a counter of a collector that is not scraped',
      together(
        counting(...named),
        scraping('log_collected_lines_total > 0').replace('names: [logging]', 'names: [empty]'),
      ),
    ],
  ],
});
