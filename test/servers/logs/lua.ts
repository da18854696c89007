import { spawnSync } from 'node:child_process';

/** A line and its tag, as Fluent Bit hands it to the script. */
export interface Line {
  readonly tag: string;
  readonly text: string;
}

/** A record as the script returns it. */
export type LineRecord = Readonly<Record<string, string>>;

/**
 * Calls the script's function `line` under LuaJIT, which Fluent Bit embeds.
 * @throws Error if the interpreter is missing or the script fails
 */
export function runLines(script: string, lines: readonly Line[]): LineRecord[] {
  const calls = lines.map(({ tag, text }) => `emit(${quote(tag)}, ${quote(text)})\n`);
  const program = `${script}
local function hex(text) return (text:gsub('.', function(c) return string.format('%02x', c:byte()) end)) end
function emit(tag, text)
  local code, timestamp, record = line(tag, { sec = 1, nsec = 2 }, { log = text })
  assert(code == 1 and timestamp.sec == 1 and timestamp.nsec == 2)
  local fields = {}
  for name, value in pairs(record) do table.insert(fields, name .. '=' .. hex(value)) end
  print(table.concat(fields, ' '))
end
${calls.join('')}`;
  const { status, stdout, stderr, error } = spawnSync('luajit', ['-'], { input: program, encoding: 'utf8' });
  if (error) throw new Error('this test needs luajit: apt-get install luajit', { cause: error });
  if (status !== 0) throw new Error(`luajit: ${stderr}`);
  return stdout.trimEnd().split('\n').map(readRecord);
}

function readRecord(line: string): LineRecord {
  const fields = line.split(' ').map((field) => field.split('='));
  return Object.fromEntries(fields.map(([name = '', value = '']) => [name, Buffer.from(value, 'hex').toString()]));
}

/** A Lua string, with every byte that is not plain as its number. */
function quote(text: string): string {
  const bytes = [...Buffer.from(text)].map((byte) => {
    const isPlain = byte >= 32 && byte < 127 && byte !== 34 && byte !== 92;
    return isPlain ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`;
  });
  return `"${bytes.join('')}"`;
}
