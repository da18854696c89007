import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser, type Healthcheck } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { imageUid } from '../../lib/constructs/service/service-pod';
import { veza } from '../../lib/veza/veza';
import { project } from '../support/manifests';

const docker = join(project, 'docker');

test('there is one Dockerfile for each service, and no other', () => {
  const found = readdirSync(docker).filter((name) => name.endsWith('.Dockerfile'));
  expect(found).toStrictEqual(veza.services.map(({ name }) => `${name}.Dockerfile`));
});

/** An instruction as a keyword and its arguments, in order. */
interface Line {
  readonly keyword: string;
  readonly text: string;
}

/** The stages of a Dockerfile, each from its FROM on. */
function stages(text: string): Line[][] {
  const lines = DockerfileParser.parse(text)
    .getInstructions()
    .map((instruction) => ({ keyword: instruction.getKeyword(), text: instruction.getArgumentsContent() ?? '' }));
  const starts = lines.flatMap(({ keyword }, index) => (keyword === 'FROM' ? index : []));
  return starts.map((start, index) => lines.slice(start, starts[index + 1]));
}

describe.each(veza.services)('$name.Dockerfile', ({ name, ports, health }) => {
  const text = readFileSync(join(docker, `${name}.Dockerfile`), 'utf8');
  const [build = [], final = []] = stages(text);
  const argumentsOf = (keyword: string) => final.filter((line) => line.keyword === keyword).map((line) => line.text);

  test('has nothing that its linter finds', () => {
    expect(validate(text)).toStrictEqual([]);
    expect(validate(text.replace('WORKDIR', 'WORKDIRR'))).not.toStrictEqual([]);
  });

  test('builds in one stage and runs in another, from fixed tags', () => {
    expect(stages(text)).toHaveLength(2);
    expect(build[0]?.text).toMatch(/^docker\.io\/library\/(golang|rust):\d[\w.-]+ AS build$/);
    expect(final[0]?.text).toMatch(/^docker\.io\/library\/alpine:\d+\.\d+$/);
  });

  test('gets its dependencies before its sources', () => {
    const steps = build.filter(({ keyword }) => ['COPY', 'RUN'].includes(keyword)).map(({ text }) => text);
    const dependencies = steps.findIndex((step) => /go mod download|cargo build/.test(step));
    const sources = steps.indexOf('. .');
    expect(dependencies).toBeGreaterThan(0);
    expect(sources).toBeGreaterThan(dependencies);
    expect(steps[dependencies - 1]).toMatch(/^(go\.mod go\.sum|Cargo\.toml Cargo\.lock) \.\/$/);
  });

  test('runs as the user that the pods run as, in /app, with its config beside', () => {
    expect(argumentsOf('USER')).toStrictEqual([`${imageUid}:${imageUid}`]);
    expect(argumentsOf('RUN').join()).toMatch(new RegExp(`addgroup -g ${imageUid} .* adduser -u ${imageUid} `));
    expect(argumentsOf('WORKDIR')).toStrictEqual(['/app']);
    expect([...argumentsOf('COPY'), ...argumentsOf('RUN')].join()).toMatch(/ \.\/config\/|mkdir -p \/app\/config/);
  });

  test('exposes the ports of its contract', () => {
    expect(argumentsOf('EXPOSE')).toStrictEqual([Object.values(ports).join(' ')]);
  });

  test('has the health check of its contract, without a shell', () => {
    const [check] = DockerfileParser.parse(text).getHEALTHCHECKs() as Healthcheck[];
    expect(check?.getSubcommand()?.getValue()).toBe('CMD');
    expect(check?.getArgumentsContent()).toContain(
      `["wget", "--quiet", "--spider", "http://127.0.0.1:${ports.http}${health.live}"]`,
    );
  });

  test('gets the signal to stop: started without a shell, behind an init that is installed', () => {
    const [entry, command] = ['ENTRYPOINT', 'CMD'].map((keyword) => JSON.parse(argumentsOf(keyword).join()));
    expect(entry).toStrictEqual(['/sbin/tini', '--']);
    expect(argumentsOf('RUN')[0]).toMatch(/^apk add .*\btini\b/);
    expect(command).toStrictEqual([expect.stringMatching(/^\.\/[\w-]+$/)]);
    expect(argumentsOf('COPY')[0]).toContain(`/${command[0].replace('./', '')} ./`);
  });

  test('leaves history, secrets and what was built out of the build', () => {
    const path = join(docker, `${name}.Dockerfile.dockerignore`);
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, 'utf8').split('\n')).toEqual(expect.arrayContaining(['.git', '.env', '.env.*']));
  });
});
