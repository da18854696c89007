import type { EnvironmentSecret } from '../../charts/environment-secrets';
import { minimumPasswordLength } from '../../data/postgres-scripts';
import type { Problem } from '../../problems';
import type { Kubectl } from '../kubectl';

/** Prints the keys of a Secret, each with the length of its value in base64. The values never leave kubectl. */
const keyTemplate = '{{range $key, $value := .data}}{{$key}} {{len $value}}{{"\\n"}}{{end}}';

/** Length in base64 of the shortest password that the database takes. */
const minimumEncodedLength = 4 * Math.ceil(minimumPasswordLength / 3);

/** The Secrets that have to be in the cluster before a deploy. One from a store comes by itself. */
export function expectedSecrets(secrets: readonly EnvironmentSecret[]): EnvironmentSecret[] {
  return secrets.filter(({ source }) => source.kind !== 'external');
}

/** What is missing of the Secrets that have to be in the cluster. */
export async function secretProblems(kubectl: Kubectl, secrets: readonly EnvironmentSecret[]): Promise<Problem[]> {
  const problems = await Promise.all(expectedSecrets(secrets).map((secret) => problemOf(kubectl, secret)));
  return problems.flat();
}

async function problemOf(kubectl: Kubectl, { home, name, keys, passwords }: EnvironmentSecret): Promise<Problem[]> {
  const { namespace } = home;
  const place = [`secret/${name}`, `--namespace=${namespace}`, '--ignore-not-found'];
  const found = await kubectl.output(['get', ...place, `--output=go-template=${keyTemplate}`]);
  const lengths = new Map(found.split('\n').map((line) => splitLine(line)));
  const missing = keys.filter((key) => !lengths.has(key));
  const short = passwords.filter((key) => (lengths.get(key) ?? minimumEncodedLength) < minimumEncodedLength);
  const which = missing.length === 1 ? 'the key' : 'the keys';
  const secret = `Secret ${namespace}/${name}`;
  return [
    ...(missing.length === 0
      ? []
      : [`${secret}: lacks ${which} ${missing.join(', ')}; put them there, see "Secrets" in the README`]),
    ...short.map(
      (key) =>
        `${secret}: ${key} has fewer than ${minimumPasswordLength} characters, which the database refuses; ` +
        'set a longer one, see "Secrets" in the README',
    ),
  ];
}

function splitLine(line: string): [key: string, length: number] {
  const [key = '', length = ''] = line.split(' ');
  return [key, Number(length)];
}
