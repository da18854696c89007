import { podWith, testRule, workloadWith } from './rule-cases';

const hook = (command: string) => `lifecycle: {preStop: {exec: {command: ${command}}}}`;
const grace = (seconds: number) => `terminationGracePeriodSeconds: ${seconds}`;

testRule('stop-delays', {
  good: [
    ['a short sleep', podWith(hook('[sleep, "10"]'))],
    ['a sleep below a longer period', podWith(hook('[sleep, "60"]'), grace(90))],
    ['a sleep of the kubelet', podWith('lifecycle: {preStop: {sleep: {seconds: 5}}}')],
    ['a command that is no sleep', podWith(hook('[nginx, -s, quit]'))],
    ['a sleep behind a condition', podWith(hook('[sh, -c, "while pgrep web; do sleep 60; done"]'))],
    ['a sleep in the background', podWith(hook('[sh, -c, "sleep 60 & nginx -s quit"]'))],
    ['a request', podWith('lifecycle: {preStop: {httpGet: {path: /stop, port: 80}}}', grace(1))],
    ['a sleep of a variable', podWith(hook('[sh, -c, "sleep $DELAY"]'))],
    ['a sleep after the start', podWith('lifecycle: {postStart: {exec: {command: [sleep, "60"]}}}')],
    ['no hook', podWith('', grace(0))],
  ],
  bad: [
    ['a sleep of the default period', podWith(hook('[sleep, "30"]'))],
    ['a sleep beyond the default period', podWith(hook('[/bin/sleep, "45"]'))],
    ['a sleep beyond a stated period', podWith(hook('[sleep, "15"]'), grace(10))],
    ['a sleep in a shell', podWith(hook('[sh, -c, "sleep 40"]'))],
    ['a sleep in bash, by its path', podWith(hook('[/bin/bash, -c, "/bin/sleep 40s"]'))],
    ['a sleep as the first command', podWith(hook('[/bin/sh, -c, "sleep 40; nginx -s quit"]'))],
    ['a sleep followed by another command', podWith(hook('[sh, -ec, "sleep 40 && nginx -s quit"]'))],
    ['a sleep of a StatefulSet', workloadWith('StatefulSet', 'serviceName: web,', hook('[sleep, "120"]'), grace(60))],
    [
      'a sidecar',
      podWith(
        '',
        `initContainers: [{name: proxy, image: example.org/proxy:1, restartPolicy: Always, ${hook('[sleep, "30"]')}}]`,
      ),
    ],
    ['a sleep of the kubelet beyond the period', podWith('lifecycle: {preStop: {sleep: {seconds: 30}}}', grace(30))],
  ],
});

const init = (fields: string, spec = '') =>
  podWith('', `initContainers: [{name: init, image: example.org/init:1, ${fields}}], ${spec}`);
const chown = 'command: [chown, -R, "999:999", /data]';
const dropped = 'securityContext: {runAsUser: 0, capabilities: {drop: [ALL]}}';

testRule('owner-changes', {
  good: [
    ['root', init(chown)],
    ['root by number', init(`${chown}, securityContext: {runAsUser: 0}`)],
    ['the capability', init(`${chown}, securityContext: {runAsUser: 0, capabilities: {drop: [ALL], add: [CHOWN]}}`)],
    ['the capability in lower case', init(`${chown}, securityContext: {capabilities: {drop: [all], add: [chown]}}`)],
    ['its own user', init('command: [chown, -R, "1000:1000", /data], securityContext: {runAsUser: 1000}')],
    ['root gives to root', init(`command: [chown, "0:0", /data], ${dropped}`)],
    ['other capabilities dropped', init(`${chown}, securityContext: {capabilities: {drop: [NET_RAW]}}`)],
    ['a failure that is ignored', init(`command: [sh, -c, "chown -R 999:999 /data || true"], ${dropped}`)],
    ['a user by name', init(`command: [chown, -R, "postgres", /data], ${dropped}`)],
    ['chmod', init(`command: [chmod, "700", /data], ${dropped}`)],
    [
      'root of the container beats the user of the pod',
      init(`${chown}, securityContext: {runAsUser: 0}`, 'securityContext: {runAsUser: 999}'),
    ],
  ],
  bad: [
    ['all capabilities dropped', init(`${chown}, ${dropped}`)],
    ['the capability dropped', init(`${chown}, securityContext: {capabilities: {drop: [CHOWN]}}`)],
    ['lower case', init(`${chown}, securityContext: {capabilities: {drop: [all]}}`)],
    ['another capability added', init(`${chown}, securityContext: {capabilities: {drop: [ALL], add: [FOWNER]}}`)],
    ['another user', init(`${chown}, securityContext: {runAsUser: 1000}`)],
    ['another user of the pod', init(chown, 'securityContext: {runAsUser: 1000}')],
    ['a shell', init(`command: [sh, -c, "chown -R 999:999 /data"], ${dropped}`)],
    ['arguments', init(`args: [chown, "999", /data], ${dropped}`)],
    ['a path', init(`command: [/bin/chown, "999.999", /data], ${dropped}`)],
    [
      'the user of the container beats root of the pod',
      init(`${chown}, securityContext: {runAsUser: 5}`, 'securityContext: {runAsUser: 0}'),
    ],
  ],
});

const cronJob = (fields: string) =>
  `{apiVersion: batch/v1, kind: CronJob, metadata: {name: report, namespace: shop}, spec: {schedule: "0 4 * * *", ${fields} jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: report, image: example.org/report:1}]}}}}}}`;

testRule('job-deadlines', {
  good: [
    ['none', cronJob('')],
    ['ten seconds', cronJob('startingDeadlineSeconds: 10,')],
    ['an hour', cronJob('startingDeadlineSeconds: 3600,')],
    ['null', cronJob('startingDeadlineSeconds: null,')],
  ],
  bad: [
    ['nothing at all', cronJob('startingDeadlineSeconds: 0,')],
    ['five seconds', cronJob('startingDeadlineSeconds: 5,')],
    ['nine seconds', cronJob('startingDeadlineSeconds: 9,')],
  ],
});

const node = (expression: string, selector = 'disk: ssd') =>
  podWith(
    '',
    `nodeSelector: {${selector}}, affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [${expression}]}}}`,
  );
const term = (operator: string, values: string, key = 'disk') =>
  `{matchExpressions: [{key: ${key}, operator: ${operator}, values: [${values}]}]}`;
const peers = (app: string, topology = 'kubernetes.io/hostname') =>
  `{requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: ${topology}, labelSelector: {matchLabels: {app: ${app}}}}]}`;

testRule('affinity-conflicts', {
  good: [
    ['the same value', node(term('In', 'ssd'))],
    ['one of two values', node(term('In', 'hdd, ssd'))],
    ['one of two terms', node(`${term('In', 'hdd')}, ${term('In', 'ssd')}`)],
    ['another key', node(term('In', 'a', 'zone'))],
    ['another value is excluded', node(term('NotIn', 'hdd'))],
    ['the key exists', node(term('Exists', ''))],
    ['a number that is compared', node(term('Gt', '4', 'cpus'), 'cpus: "8"')],
    ['no terms', node('')],
    ['anti-affinity alone', podWith('', `affinity: {podAntiAffinity: ${peers('web')}}`)],
    ['other pods', podWith('', `affinity: {podAffinity: ${peers('db')}, podAntiAffinity: ${peers('web')}}`)],
    [
      'the zone, but not the node',
      podWith('', `affinity: {podAffinity: ${peers('web', 'zone')}, podAntiAffinity: ${peers('web')}}`),
    ],
  ],
  bad: [
    ['another value', node(term('In', 'hdd'))],
    ['the value is excluded', node(term('NotIn', 'ssd, hdd'))],
    ['the key must not exist', node(term('DoesNotExist', ''))],
    ['two terms', node(`${term('In', 'hdd')}, ${term('NotIn', 'ssd')}`)],
    ['the same pods', podWith('', `affinity: {podAffinity: ${peers('web')}, podAntiAffinity: ${peers('web')}}`)],
    [
      'a Deployment',
      workloadWith('Deployment', '', '', `affinity: {podAffinity: ${peers('web')}, podAntiAffinity: ${peers('web')}}`),
    ],
  ],
});
