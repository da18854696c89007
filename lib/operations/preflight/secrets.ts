import type { EnvironmentSecret } from '../../charts/environment-secrets';
import type { Problem } from '../../problems';
import type { Kubectl } from '../kubectl';

/** Prints the names of a Secret's keys. Their values never leave kubectl. */
const keyTemplate = '{{range $key, $value := .data}}{{$key}}{{"\\n"}}{{end}}';

/** What is missing of the Secrets that somebody has to have put into the cluster. One from a store comes by itself. */
export async function secretProblems(kubectl: Kubectl, secrets: readonly EnvironmentSecret[]): Promise<Problem[]> {
  const expected = secrets.filter(({ source }) => source.kind !== 'external');
  const problems = await Promise.all(expected.map((secret) => problemOf(kubectl, secret)));
  return problems.flat();
}

async function problemOf(kubectl: Kubectl, { home, name, keys }: EnvironmentSecret): Promise<Problem[]> {
  const { namespace } = home;
  const place = [`secret/${name}`, `--namespace=${namespace}`, '--ignore-not-found'];
  const found = await kubectl.output(['get', ...place, `--output=go-template=${keyTemplate}`]);
  const present = found.split('\n');
  const missing = keys.filter((key) => !present.includes(key));
  if (missing.length === 0) return [];
  const which = missing.length === 1 ? 'the key' : 'the keys';
  return [
    `Secret ${namespace}/${name}: lacks ${which} ${missing.join(', ')}; put them there, see "Secrets" in the README`,
  ];
}
