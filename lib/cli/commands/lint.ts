import { parseArgs } from 'node:util';
import { lintSet } from '../../lint/lint-manifests';
import { type Finding, formatFinding } from '../../lint/rule';
import { ManifestSet } from '../../manifests/manifest-set';
import { type Reading, readManifests } from '../../manifests/read-manifests';
import { type Assumption, parseAssumption } from '../../manifests/unknown-objects';

const usage = `usage: npm run check:manifests -- FILE|FOLDER... [--policy] [--format human|json] [--assume KIND/NAMESPACE/NAME[/KEY]]...

Checks Kubernetes manifests for what is wrong on any cluster; all files together are one set.
  --policy   check the platform's own profile too
  --format   human (default) or json
  --assume   an object that lives outside the set, such as Secret/shop/database/password
exit status: 0 clean, 1 findings, 2 wrong arguments or unreadable input`;

interface Request {
  readonly paths: readonly string[];
  readonly policy: boolean;
  readonly format: string;
  readonly assumptions: readonly Assumption[];
}

/** Where a command writes: findings to one side, its own troubles to the other. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Runs the command and returns its exit status. */
export function checkManifestsCommand(args: readonly string[], { out, err }: Streams): number {
  if (args.includes('--help')) {
    out(usage);
    return 0;
  }
  const request = parseRequest(args);
  if (typeof request === 'string') {
    err(`${request}\n${usage}`);
    return 2;
  }
  const reading = readManifests(request.paths);
  if (reading.problems.length > 0) {
    err(reading.problems.join('\n'));
    return 2;
  }
  const set = new ManifestSet(reading.objects, request.assumptions);
  const findings = lintSet(set, { policy: request.policy });
  out(request.format === 'json' ? asJson(reading, set, findings) : asText(reading, set, findings));
  return findings.length === 0 ? 0 : 1;
}

/** What is asked for, or what is wrong with the arguments. */
function parseRequest(args: readonly string[]): Request | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        policy: { type: 'boolean', default: false },
        format: { type: 'string', default: 'human' },
        assume: { type: 'string', multiple: true, default: [] },
      },
    });
    if (positionals.length === 0) return 'name a file or folder to check';
    if (!['human', 'json'].includes(values.format)) return `there is no format "${values.format}"`;
    const { policy, format } = values;
    return { paths: positionals, policy, format, assumptions: values.assume.map(parseAssumption) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function asJson({ files }: Reading, set: ManifestSet, findings: readonly Finding[]): string {
  const objects = set.objects.length;
  return JSON.stringify({ files: files.length, objects, unknownKinds: set.unknown.types, findings }, null, 2);
}

function asText({ files }: Reading, set: ManifestSet, findings: readonly Finding[]): string {
  const { types } = set.unknown;
  return [
    ...findings.map((finding) => `${formatFinding(finding)}\n  ${finding.remedy}`),
    ...(types.length === 0 ? [] : [`kinds that no rule knows: ${types.join(', ')}`]),
    [counted(files.length, 'file'), counted(set.objects.length, 'object'), counted(findings.length, 'finding')].join(
      ', ',
    ),
  ].join('\n');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

if (require.main === module) {
  process.exitCode = checkManifestsCommand(process.argv.slice(2), {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
  });
}
