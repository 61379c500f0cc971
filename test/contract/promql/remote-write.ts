/** One series as it is sent to Prometheus. A null value is a staleness marker. */
export interface WrittenSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [atMs: number, value: number | null])[];
}

/**
 * The body of a remote write: a protobuf WriteRequest in a snappy block. It is the only way to load
 * staleness markers: text formats know one NaN only. Sources:
 * https://prometheus.io/docs/concepts/remote_write_spec/
 * https://github.com/google/snappy/blob/main/format_description.txt
 */
export function writeRequest(series: readonly WrittenSeries[]): Buffer {
  return snappyLiterals(Buffer.concat(series.map((one) => field(1, timeSeries(one)))));
}

// The bits that tell a staleness marker from all other NaNs.
const STALE = Buffer.from('020000000000f07f', 'hex');

function timeSeries({ labels, samples }: WrittenSeries): Buffer {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat([
    ...sorted.map(([name, value]) => field(1, Buffer.concat([text(1, name), text(2, value)]))),
    ...samples.map(([atMs, value]) => field(2, Buffer.concat([double(1, value), whole(2, atMs)]))),
  ]);
}

function field(number: number, body: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(body.length), body]);
}

function text(number: number, value: string): Buffer {
  return field(number, Buffer.from(value));
}

function double(number: number, value: number | null): Buffer {
  const bits = Buffer.alloc(8);
  bits.writeDoubleLE(value ?? 0);
  return Buffer.concat([varint((number << 3) | 1), value === null ? STALE : bits]);
}

function whole(number: number, value: number): Buffer {
  return Buffer.concat([varint(number << 3), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

/** A snappy block that compresses nothing. */
function snappyLiterals(body: Buffer): Buffer {
  const parts = [varint(body.length)];
  for (let at = 0; at < body.length; at += 65_536) {
    const part = body.subarray(at, at + 65_536);
    const head = Buffer.from([61 << 2, 0, 0]);
    head.writeUInt16LE(part.length - 1, 1);
    parts.push(head, part);
  }
  return Buffer.concat(parts);
}
