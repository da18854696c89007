import { testRule } from './rule-cases';

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
