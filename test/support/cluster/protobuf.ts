/** How a field of a message reads. */
type Field = readonly [name: string, type: 'string' | 'bytes' | 'number' | 'list' | 'map' | 'bytesMap' | Message];

/** Fields of a message by their numbers. */
interface Message {
  readonly [number: number]: Field;
}

const metadata: Field = [
  'metadata',
  {
    1: ['name', 'string'],
    2: ['generateName', 'string'],
    3: ['namespace', 'string'],
    5: ['uid', 'string'],
    6: ['resourceVersion', 'string'],
    11: ['labels', 'map'],
    12: ['annotations', 'map'],
  },
];

/** The messages that the tools send in protobuf. Everything else they send as JSON. */
const messages: Readonly<Record<string, Message>> = {
  Namespace: { 1: metadata },
  Secret: { 1: metadata, 2: ['data', 'bytesMap'], 3: ['type', 'string'], 4: ['stringData', 'map'] },
  ConfigMap: { 1: metadata, 2: ['data', 'map'] },
  DeleteOptions: {
    2: ['preconditions', { 1: ['uid', 'string'] }],
    4: ['propagationPolicy', 'string'],
    5: ['dryRun', 'list'],
  },
  SelfSubjectAccessReview: {
    2: [
      'spec',
      {
        1: [
          'resourceAttributes',
          {
            1: ['namespace', 'string'],
            2: ['verb', 'string'],
            3: ['group', 'string'],
            4: ['version', 'string'],
            5: ['resource', 'string'],
            6: ['subresource', 'string'],
            7: ['name', 'string'],
          },
        ],
      },
    ],
  },
};

const envelope: Message = {
  1: ['typeMeta', { 1: ['apiVersion', 'string'], 2: ['kind', 'string'] }],
  2: ['raw', 'bytes'],
};

/** The first bytes of a body in Kubernetes' protobuf. */
const magic = Buffer.from('k8s\0');

/** The object of a body in protobuf; undefined for another body. */
export function fromProtobuf(body: Buffer): object | undefined {
  if (!body.subarray(0, 4).equals(magic)) return undefined;
  const { typeMeta, raw } = decoded(body.subarray(4), envelope) as { typeMeta: { kind: string }; raw: Buffer };
  const message = messages[typeMeta.kind];
  if (!message) throw new Error(`no protobuf of ${typeMeta.kind} here`);
  return { ...typeMeta, ...decoded(raw, message) };
}

function decoded(bytes: Buffer, message: Message): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  let at = 0;
  const varint = () => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * factor;
      factor *= 128;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const isNumber = (tag & 7) === 0;
    const amount = varint();
    const part = bytes.subarray(at, isNumber ? at : at + amount);
    at += part.length;
    const field = message[tag >>> 3];
    if (!field) continue;
    const [name, type] = field;
    result[name] = isNumber ? amount : joined(result[name], part, type);
  }
  return result;
}

/** A field's value, added to those that it has already where it is a list or a map. */
function joined(before: unknown, part: Buffer, type: Field[1]): unknown {
  if (type === 'bytes') return part;
  if (type === 'list') return [...((before as string[] | undefined) ?? []), part.toString()];
  if (type === 'map' || type === 'bytesMap') {
    const entry = decoded(part, { 1: ['key', 'string'], 2: ['value', 'bytes'] }) as { key: string; value?: Buffer };
    const value = (entry.value ?? Buffer.alloc(0)).toString(type === 'map' ? 'utf8' : 'base64');
    return { ...(before as object | undefined), [entry.key]: value };
  }
  if (typeof type !== 'string') return decoded(part, type);
  const text = part.toString();
  return text === '' ? undefined : text;
}
