import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { splitReference } from '../../manifests/pod-template';
import { type Problem, UsageError, ValidationError } from '../../platform/errors';
import { listImages, type UsedImage } from '../../synth/list-images';
import { writeFiles } from '../../synth/manifest-files';
import { buildCluster, buildEnvironment } from '../../synth/render-environment';
import { addExamples, createFormatOption, type Format, type VezaProject } from '../arguments';
import { formatTable, print, type System } from '../system';

interface ImagesOptions {
  readonly format: Format;
  readonly pin?: string;
}

/** An entry of the image list. */
interface ListedImage {
  readonly image: string;
  readonly tag: string;
  readonly digest: string;
}

const details = `
A FILE for --pin has one reference with tag and digest a line, as \`docker buildx imagetools inspect\` or \`crane digest
--full-ref\` help to make it: docker.io/library/redis:7.4.11-bookworm@sha256:… Empty lines and lines with # are skipped.
Images of services are pinned by their release instead: npx veza deploy <environment> v1.2.3@sha256:… --service <name>`;

export function addImagesCommand(program: Command, project: VezaProject, system: System): void {
  const command = program
    .command('images')
    .description('List every image of the manifests, with its digest and the containers that run it.')
    .addOption(createFormatOption())
    .option('--pin <file>', 'store the digests of this file in the image list, and list nothing')
    .addHelpText('after', details)
    .action(({ format, pin }: ImagesOptions) => {
      if (pin === undefined) printImages(system, listUsedImages(project), format);
      else pinImages(system, project, pin);
    });
  addExamples(command, 'images', 'images --pin digests.txt');
}

function listUsedImages({ platform, environments, cluster }: VezaProject): readonly UsedImage[] {
  return listImages([
    ...(cluster === 'none' ? [] : [buildCluster(platform, cluster)]),
    ...environments.map((environment) => buildEnvironment(platform, environment)),
  ]);
}

function printImages(system: System, images: readonly UsedImage[], format: Format): void {
  if (format === 'json') {
    print(system, JSON.stringify(images, undefined, 2));
    return;
  }
  const rows = images.map(({ image, tag, digest, usedBy }) => [image, tag, digest || 'none', usedBy.join('\n')]);
  print(system, formatTable(['image', 'tag', 'digest', 'used by'], rows));
  const unpinned = images.filter(({ digest }) => digest === '').length;
  print(system, `${images.length} images, ${unpinned} without a digest`);
}

/**
 * Stores digests in the image list. Nothing is written unless every line is right.
 * @throws ValidationError that names every wrong line
 */
function pinImages(system: System, { imagesFile }: VezaProject, path: string): void {
  if (imagesFile === undefined) {
    throw new UsageError('--pin: this project has no image list; the list is part of the package that it installs');
  }
  const listed: Record<string, ListedImage> = JSON.parse(readFileSync(imagesFile, 'utf8'));
  const pins = readPins(path);
  const problems = pins.flatMap((pin) =>
    findPinProblems(listed, pins, pin).map((text) => `${path}:${pin.line}: ${text}`),
  );
  if (problems.length > 0) throw new ValidationError(problems);
  const pinned = Object.fromEntries(Object.entries(listed).map(([name, entry]) => [name, addDigest(entry, pins)]));
  writeFiles([{ path: imagesFile, content: `${JSON.stringify(pinned, undefined, 2)}\n`, secret: false }], []);
  print(system, `${pins.length} digests in ${imagesFile}; run npx veza synth`);
}

interface Pin {
  readonly line: number;
  readonly reference: string;
}

function readPins(path: string): readonly Pin[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--pin: ${(error as Error).message}; name a file that exists`);
  }
  return text
    .split('\n')
    .map((content, index) => ({ line: index + 1, reference: content.trim() }))
    .filter(({ reference }) => reference !== '' && !reference.startsWith('#'));
}

function findPinProblems(
  listed: Readonly<Record<string, ListedImage>>,
  pins: readonly Pin[],
  { line, reference }: Pin,
): Problem[] {
  const { image, tag, digest } = splitReference(reference);
  if (!/^sha256:[0-9a-f]{64}$/.test(digest) || tag === '') {
    return [`${JSON.stringify(reference)}: use image:tag@sha256: and 64 hexadecimal digits`];
  }
  const [before] = pins.filter((pin) => pin.line < line && pin.reference.startsWith(`${image}:${tag}@`));
  if (before !== undefined) return [`${image}:${tag} has a digest on line ${before.line} already; keep one of them`];
  const tags = Object.values(listed)
    .filter((entry) => entry.image === image)
    .map((entry) => entry.tag);
  if (tags.length === 0) return [`${image} is not in the image list; npx veza images shows what is in use`];
  return tags.includes(tag)
    ? []
    : [`${image} is listed with the tag ${tags.join(', ')}, not ${tag}; pin the digest of that tag`];
}

function addDigest(entry: ListedImage, pins: readonly Pin[]): ListedImage {
  const pin = pins
    .map(({ reference }) => splitReference(reference))
    .find(({ image, tag }) => image === entry.image && tag === entry.tag);
  return pin === undefined ? entry : { ...entry, digest: pin.digest };
}
