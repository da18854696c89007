import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { developmentFiles, generatedFolders } from '../../development/development-files';
import { writeFiles } from '../../synth/write-files';
import { development } from '../../veza/environments/development';
import { veza } from '../../veza/veza';
import { runCommand } from '../run-command';

const folder = 'docker';

/** Writes the development environment. */
function compose(): void {
  const made = Object.entries(developmentFiles(veza, development)).map(([path, content]) => ({
    path: join(folder, path),
    content,
    secret: false,
  }));
  const paths = made.map(({ path }) => path);
  writeFiles(
    made,
    present().filter((path) => !paths.includes(path)),
  );
  console.log(`${made.length} files in ${folder}`);
}

/** Files of the folders that are made whole. */
function present(): string[] {
  return generatedFolders
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path).map((name) => join(path, name)));
}

void runCommand(compose);
