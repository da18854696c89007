import Table from 'cli-table3';
import type { Health } from '../operations/health/health';

/** No lines between rows and columns. */
const plain = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** Formats the health of an environment as a table, with a last line that counts the rows by state. */
export function healthTable({ environment, healthy, rows }: Health): string {
  const table = new Table({
    head: ['state', 'check', 'object', 'detail'],
    chars: plain,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map(({ state, check, object, detail }) => [state, check, object, detail]));
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  return [...lines, '', `${environment} is ${healthy ? 'healthy' : 'not healthy'}: ${counted(rows)}`].join('\n');
}

function counted(rows: Health['rows']): string {
  const count = (state: string) => rows.filter((row) => row.state === state).length;
  return `${count('failed')} failed, ${count('warning')} warnings, ${count('ok')} ok`;
}
