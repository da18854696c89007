/** A series with its samples, as a remote write request has it. */
export interface SentSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Times of its samples in milliseconds. */
  readonly times: readonly number[];
}

/** Reads the series of a remote write request (version 1): a protobuf message, compressed as one block of snappy. */
export function readWriteRequest(body: Buffer): SentSeries[] {
  return fieldsOf(uncompress(body)).flatMap(({ number, value }) =>
    number === 1 && Buffer.isBuffer(value) ? [readSeries(value)] : [],
  );
}

function readSeries(message: Buffer): SentSeries {
  const parts = fieldsOf(message);
  const inner = (wanted: number) =>
    parts.flatMap(({ number, value }) => (number === wanted && Buffer.isBuffer(value) ? [fieldsOf(value)] : []));
  const labels = inner(1).map((fields) => [textOf(fields, 1), textOf(fields, 2)] as const);
  const times = inner(2).map((fields) => Number(fields.find(({ number }) => number === 2)?.value ?? 0));
  return { labels: Object.fromEntries(labels), times };
}

interface Field {
  readonly number: number;
  readonly value: bigint | Buffer;
}

function textOf(fields: readonly Field[], wanted: number): string {
  return String(fields.find(({ number }) => number === wanted)?.value ?? '');
}

/** The fields of a protobuf message, whatever they mean. */
function fieldsOf(message: Buffer): Field[] {
  const reader = new Reader(message);
  const fields: Field[] = [];
  while (!reader.isAtEnd) {
    const key = Number(reader.varint());
    const number = key >> 3;
    const wire = key & 7;
    if (wire === 0) fields.push({ number, value: reader.varint() });
    else fields.push({ number, value: reader.bytes(wire === 1 ? 8 : wire === 5 ? 4 : Number(reader.varint())) });
  }
  return fields;
}

/** Undoes snappy's block format: literals, and copies of what is there already. */
function uncompress(block: Buffer): Buffer {
  const reader = new Reader(block);
  const result = Buffer.alloc(Number(reader.varint()));
  let length = 0;
  while (!reader.isAtEnd) {
    const tag = reader.number(1);
    if ((tag & 3) === 0) {
      const size = tag >> 2;
      const literal = reader.bytes(1 + (size < 60 ? size : reader.number(size - 59)));
      length += literal.copy(result, length);
      continue;
    }
    const isShort = (tag & 3) === 1;
    const size = isShort ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
    const offset = isShort ? ((tag >> 5) << 8) | reader.number(1) : reader.number((tag & 3) === 2 ? 2 : 4);
    // Byte by byte: a copy may overlap with what it writes.
    for (const end = length + size; length < end; length++) result[length] = result[length - offset] ?? 0;
  }
  return result;
}

/** Reads one thing after the other. */
class Reader {
  private at = 0;

  constructor(private readonly buffer: Buffer) {}

  get isAtEnd(): boolean {
    return this.at >= this.buffer.length;
  }

  bytes(count: number): Buffer {
    this.at += count;
    return this.buffer.subarray(this.at - count, this.at);
  }

  /** A number of some bytes, the lowest first. */
  number(bytes: number): number {
    return this.bytes(bytes).readUIntLE(0, bytes);
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.number(1);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  }
}
