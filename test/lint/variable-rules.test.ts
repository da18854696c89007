import { podWith, testRule, together, workloadWith } from './rule-cases';

const env = (...entries: readonly string[]) => podWith(`env: [${entries.map((entry) => `{${entry}}`).join(', ')}]`);
const url = 'name: URL, value: "http://$(HOST)/"';
const host = 'name: HOST, value: db.example.org';
const configMap = (data: string) =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: shop}, data: {${data}}}`;
const from = 'envFrom: [{configMapRef: {name: c}}]';

testRule('variable-order', {
  good: [
    ['stated above', env(host, url)],
    ['two above', env(host, 'name: PORT, value: "80"', 'name: URL, value: "$(HOST):$(PORT)"')],
    ['a chain', env('name: A, value: a', 'name: B, value: $(A)', 'name: C, value: $(B)')],
    ['escaped', env('name: URL, value: "$$(HOST)"', host)],
    ['a variable of a shell', env('name: URL, value: "$HOST"', host)],
    ['stated nowhere, which is a note', env(url)],
    ['imported', together(configMap('HOST: a'), podWith(`${from}, env: [{${url}}, {${host}}]`))],
    [
      'imported with a prefix',
      together(
        configMap('ST: a'),
        podWith(`envFrom: [{prefix: HO, configMapRef: {name: c}}], env: [{${url}}, {${host}}]`),
      ),
    ],
    ['imported from outside of the set', podWith(`${from}, env: [{${url}}, {${host}}]`)],
    ['from a field, above', env('name: HOST, valueFrom: {fieldRef: {fieldPath: status.hostIP}}', url)],
    ['in arguments, where all are known', podWith(`args: ["$(HOST)"], env: [{${host}}]`)],
    ['lower case, as shells write it', env('name: URL, value: "$(host)"', 'name: host, value: a')],
  ],
  bad: [
    ['stated below', env(url, host)],
    ['stated below, from a Secret', env(url, 'name: HOST, valueFrom: {secretKeyRef: {name: s, key: host}}')],
    ['stated below, from a field', env(url, 'name: HOST, valueFrom: {fieldRef: {fieldPath: status.hostIP}}')],
    ['stated far below', env(url, 'name: A, value: a', 'name: B, value: b', host)],
    ['itself', env('name: PATH, value: "/opt/bin:$(PATH)"')],
    ['one of two below', env('name: A, value: a', 'name: URL, value: "$(A) $(HOST)"', host)],
    ['three dollars', env('name: URL, value: "$$$(HOST)"', host)],
    [
      'an init container',
      podWith('', `initContainers: [{name: init, image: example.org/init:1, env: [{${url}}, {${host}}]}]`),
    ],
    ['a Deployment', workloadWith('Deployment', '', `env: [{${url}}, {${host}}]`)],
    ['imported without it', together(configMap('OTHER: a'), podWith(`${from}, env: [{${url}}, {${host}}]`))],
  ],
});

testRule('unset-variables', {
  good: [
    ['stated', podWith(`args: ["--host=$(HOST)"], env: [{${host}}]`)],
    ['stated below, which another rule finds', env(url, host)],
    ['escaped', podWith('args: ["$$(HOST)"]')],
    ['lower case in a shell', podWith('command: [sh, -c, "echo $(hostname) $(date +%s)"]')],
    ['a Service of the cluster', podWith('args: ["$(KUBERNETES_SERVICE_HOST):$(KUBERNETES_SERVICE_PORT)"]')],
    ['a Service, as Docker links it', podWith('args: ["$(DB_PORT_5432_TCP_ADDR)"]')],
    ['imported', together(configMap('HOST: a'), podWith(`${from}, args: ["$(HOST)"]`))],
    ['imported from outside of the set', podWith(`${from}, args: ["$(HOST)"]`)],
    ['no reference', podWith('args: ["$HOST", "(HOST)", "$( HOST )"]')],
    ['a command of a shell with words', podWith('args: ["$(HOST NAME)"]')],
  ],
  bad: [
    ['an argument', podWith('args: ["--host=$(HOST)"]')],
    ['a command', podWith('command: [web, $(HOST)]')],
    ['a variable', env(url)],
    ['a misspelt one', podWith(`args: [$(HOTS)], env: [{${host}}]`)],
    ['imported without it', together(configMap('OTHER: a'), podWith(`${from}, args: ["$(HOST)"]`))],
    ['an init container', podWith('', 'initContainers: [{name: init, image: example.org/init:1, args: [$(HOST)]}]')],
  ],
});

const service = (name: string, spec = 'selector: {app: a}, ports: [{port: 80}]', namespace = 'shop') =>
  `{apiVersion: v1, kind: Service, metadata: {name: ${name}, namespace: ${namespace}}, spec: {${spec}}}`;
const port = 'args: ["--redis=redis:$(REDIS_PORT)"]';
const n8n = (fields = '', spec = '') =>
  `{apiVersion: v1, kind: Pod, metadata: {name: n8n, namespace: shop}, spec: {containers: [{name: n8n, image: "docker.io/n8nio/n8n:1.0", ${fields}}], ${spec}}}`;

const envFile = `{apiVersion: v1, kind: ConfigMap, metadata: {name: f, namespace: shop}, data: {app.env: "REDIS_PORT=6379"}}`;
const reading = (container = '', spec = '') =>
  podWith(
    `volumeMounts: [{name: f, mountPath: /etc/web}], ${container}`,
    `volumes: [{name: f, configMap: {name: f}}], ${spec}`,
  );

testRule('conflicting-settings', {
  good: [
    ['no Service of that name', together(envFile, reading())],
    ['links turned off', together(envFile, service('redis'), reading('', 'enableServiceLinks: false'))],
    [
      'the same value in the environment',
      together(envFile, service('redis'), reading('env: [{name: REDIS_PORT, value: "6379"}]')),
    ],
  ],
  bad: [
    ['a variable of a Service', together(envFile, service('redis'), reading())],
    ['another value', together(envFile, reading('env: [{name: REDIS_PORT, value: "6380"}]'))],
  ],
});

testRule('service-link-collisions', {
  good: [
    ['no Service of that name', together(service('cache'), podWith(port))],
    [
      'a headless Service',
      together(service('redis', 'clusterIP: None, selector: {app: a}, ports: [{port: 80}]'), podWith(port)),
    ],
    ['an alias', together(service('redis', 'type: ExternalName, externalName: redis.example.org'), podWith(port))],
    ['a Service of another namespace', together(service('redis', 'ports: [{port: 80}]', 'other'), podWith(port))],
    ['links turned off', together(service('redis'), podWith(port, 'enableServiceLinks: false'))],
    ['the variable stated', together(service('redis'), podWith(`${port}, env: [{name: REDIS_PORT, value: "6379"}]`))],
    ['the variable imported', together(service('redis'), configMap('REDIS_PORT: "6379"'), podWith(`${port}, ${from}`))],
    [
      'a variable that has the number',
      together(service('redis'), podWith('args: ["--redis=redis:$(REDIS_SERVICE_PORT)"]')),
    ],
    ['an address as such', together(service('redis'), podWith('args: ["--redis=$(REDIS_PORT)"]'))],
    ['n8n behind a Service of another name', together(service('workflows'), n8n())],
    ['n8n with its port stated', together(service('n8n'), n8n('env: [{name: N8N_PORT, value: "5678"}]'))],
    ['n8n with links turned off', together(service('n8n'), n8n('', 'enableServiceLinks: false'))],
  ],
  bad: [
    ['a port behind a colon', together(service('redis'), podWith(port))],
    ['an option', together(service('redis'), podWith('args: ["--redis-port=$(REDIS_PORT)"]'))],
    ['an option and its value', together(service('redis'), podWith('args: ["--port $(REDIS_PORT)"]'))],
    ['a variable', together(service('redis'), podWith('env: [{name: URL, value: "redis://redis:$(REDIS_PORT)/0"}]'))],
    ['a name with hyphens', together(service('my-redis'), podWith('args: ["my-redis:$(MY_REDIS_PORT)"]'))],
    [
      'an init container',
      together(service('redis'), podWith('', `initContainers: [{name: init, image: example.org/init:1, ${port}}]`)),
    ],
    ['links stated', together(service('redis'), podWith(port, 'enableServiceLinks: true'))],
    ['other variables stated', together(service('redis'), podWith(`${port}, env: [{name: REDIS_HOST, value: redis}]`))],
    ['n8n behind a Service n8n', together(service('n8n'), n8n())],
    ['n8n with other variables', together(service('n8n'), n8n('env: [{name: N8N_HOST, value: a}]'))],
    [
      'MLflow by digest',
      together(
        service('mlflow'),
        `{apiVersion: v1, kind: Pod, metadata: {name: m, namespace: shop}, spec: {containers: [{name: m, image: "ghcr.io/mlflow/mlflow@sha256:${'0'.repeat(64)}"}]}}`,
      ),
    ],
  ],
});
