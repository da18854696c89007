import { k8s } from 'cdk8s-plus-27';
import { parseQuantity } from './quantity';

const decimal = ['m', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;

/**
 * A quantity as the API server stores it: whole, and in the largest unit of its family that keeps it so (`1` for `1000m`,
 * `1536Mi` for `1.5Gi`). Written in any other way it would differ from what is stored at every apply.
 * @throws Error if the text is no quantity
 */
export function canonicalQuantity(text: string): k8s.Quantity {
  const value = parseQuantity(text);
  if (value === 0) return k8s.Quantity.fromString('0');
  const isBinary = text.endsWith('i') && value >= 1024;
  return k8s.Quantity.fromString(
    isBinary ? inLargestUnit(Math.ceil(value), 1024, binary) : inLargestUnit(thousandths(value), 1000, decimal),
  );
}

/** Rounded up as the API server does, but for the noise of binary fractions. */
function thousandths(value: number): number {
  return Math.ceil(Number((value * 1000).toPrecision(15)));
}

function inLargestUnit(amount: number, base: number, units: readonly string[]): string {
  const [unit = '', ...larger] = units;
  if (larger.length === 0 || amount % base !== 0) return `${amount}${unit}`;
  return inLargestUnit(amount / base, base, larger);
}
