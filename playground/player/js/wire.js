/** Bytes -> frames: the browser's half of playground/wire.py, where the format is written down. */

const KINDS = {u1: Uint8Array, f4: Float32Array, i4: Int32Array, f8: Float64Array};
const WORDS = {nan: NaN, inf: Infinity, '-inf': -Infinity};
const utf8 = new TextDecoder();

/** The frames of a message, {index, step, metrics, arrays, series}; their typed arrays are views on the buffer. */
export function split(buffer) {
  const frames = [];
  const view = new DataView(buffer);
  for (let at = 0; at < buffer.byteLength; at += view.getUint32(at, true)) {
    frames.push(frameAt(buffer, view, at));
  }
  return frames;
}

function frameAt(buffer, view, at) {
  const length = view.getUint32(at + 4, true);
  const base = at + 8 + length;
  const head = JSON.parse(utf8.decode(new Uint8Array(buffer, at + 8, length)));
  const each = (described, make) => Object.fromEntries(Object.entries(described).map(([k, v]) => [k, make(v)]));
  return {
    index: head.i,
    step: head.step,
    metrics: each(head.m, (value) => (typeof value === 'string' ? WORDS[value] : value)),
    arrays: each(head.a, (described) => arrayAt(buffer, base, described)),
    series: each(head.s, (described) => arrayAt(buffer, base, described)),
  };
}

function arrayAt(buffer, base, {d, n, o, r}) {
  const count = n.reduce((product, size) => product * size, 1);
  return {shape: n, values: new KINDS[d](buffer, base + o, count), range: r ?? null};
}

/** The numbers that an array stands for: a picture in 8 bits is stretched over its range. */
export function numbers({values, range}) {
  if (!range) return values;
  const [low, high] = range;
  return Float32Array.from(values, (q) => low + (q / 255) * (high - low));
}

/** The array as Plotly wants it: numbers, nested for each dimension after the first. */
export function nested(array) {
  const fold = (flat, shape) => {
    if (shape.length < 2) return flat;
    const size = flat.length / shape[0];
    return Array.from({length: shape[0]}, (_, i) => fold(flat.subarray(i * size, (i + 1) * size), shape.slice(1)));
  };
  return fold(numbers(array), array.shape);
}
