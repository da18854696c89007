import fs, { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OutputFile, writeFiles } from '../../lib/synth/manifest-files';
import { withFolder } from '../support/program';

function file(path: string, content = 'new', secret = false): OutputFile {
  return { path, content, secret };
}

test('writes files, whatever stood in their place, and their folders', () => {
  withFolder((folder) => {
    writeFileSync(join(folder, 'a'), 'old and longer');
    writeFiles([file(join(folder, 'a')), file(join(folder, 'deep/er/b'))], []);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('new');
    expect(readFileSync(join(folder, 'deep/er/b'), 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toStrictEqual(['a', 'deep']);
  });
});

test('a file that has its text already is left as it is, and a secret one gets its mode', () => {
  withFolder((folder) => {
    const [path, secret] = [join(folder, 'a'), join(folder, 'secret')];
    for (const each of [path, secret]) writeFileSync(each, 'new', { mode: 0o644 });
    const { ino } = statSync(path);
    writeFiles([file(path), file(join(folder, 'b')), file(secret, 'new', true)], []);
    expect(statSync(path).ino).toBe(ino);
    expect((statSync(secret).mode & 0o777).toString(8)).toBe('600');
    writeFiles([file(path, 'newer')], []);
    expect(readFileSync(path, 'utf8')).toBe('newer');
  });
});

test("a secret file is its owner's alone", () => {
  withFolder((folder) => {
    const path = join(folder, 'secrets/a');
    writeFiles([file(path, 'new', true)], []);
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    expect((statSync(join(folder, 'secrets')).mode & 0o777).toString(8)).toBe('700');
  });
});

test('leftovers of an interrupted run are replaced', () => {
  withFolder((folder) => {
    writeFileSync(join(folder, 'a.new'), 'half', { mode: 0o666 });
    writeFiles([file(join(folder, 'a'), 'new', true)], []);
    expect(readdirSync(folder)).toStrictEqual(['a']);
    expect((statSync(join(folder, 'a')).mode & 0o777).toString(8)).toBe('600');
  });
});

test('removes what is stale, if it is there', () => {
  withFolder((folder) => {
    writeFileSync(join(folder, 'stale'), 'old');
    writeFiles([file(join(folder, 'a'))], [join(folder, 'stale'), join(folder, 'never-there')]);
    expect(readdirSync(folder)).toStrictEqual(['a']);
  });
});

test('a file that cannot be written leaves every other as it was', () => {
  withFolder((folder) => {
    writeFileSync(join(folder, 'a'), 'old');
    writeFileSync(join(folder, 'no-folder'), 'old');
    expect(() => writeFiles([file(join(folder, 'a')), file(join(folder, 'no-folder/b'))], [])).toThrow('no-folder');
    expect(readdirSync(folder).sort()).toStrictEqual(['a', 'no-folder']);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('old');
  });
});

test('a disk that is full in the middle of a file keeps no part of it', () => {
  withFolder((folder) => {
    writeFileSync(join(folder, 'a'), 'old');
    const write = jest.spyOn(fs, 'writeFileSync').mockImplementationOnce((path) => {
      writeFileSync(path, 'ne');
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
    });
    expect(() => writeFiles([file(join(folder, 'a'))], [])).toThrow(/a\.new: .*no space left.*; free some space/);
    expect(write).toHaveBeenCalled();
    write.mockRestore();
    expect(readdirSync(folder)).toStrictEqual(['a']);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('old');
  });
});

test('a place that cannot be taken leaves every other file as it was', () => {
  withFolder((folder) => {
    writeFileSync(join(folder, 'a'), 'old');
    mkdirSync(join(folder, 'b'));
    expect(() => writeFiles([file(join(folder, 'a')), file(join(folder, 'b'))], [])).toThrow('b');
    expect(readdirSync(folder).sort()).toStrictEqual(['a', 'b']);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('old');
  });
});
