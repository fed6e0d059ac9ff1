/** Points and drawings as short text of a link: letters, digits, `-` and `_`. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'; // base64url: six bits a character
const RUN = 256; // pixels, the longest run of one level

export const LATTICE = 128;
export const MOST_POINTS = 300;

function digits(value, count) {
  return Array.from({length: count}, (_, k) => ALPHABET[(value >> (6 * (count - 1 - k))) & 63]).join('');
}

function value(text) {
  return [...text].reduce((sum, character) => 64 * sum + ALPHABET.indexOf(character), 0);
}

function chunks(text, size) {
  return Array.from({length: Math.floor(text.length / size)}, (_, k) => text.slice(size * k, size * (k + 1)));
}

/** Points [x, y, label] on the lattice (0-127, 0-127, 0-7) as three characters each: x << 10 | y << 3 | label. */
export function packPoints(points) {
  return points.slice(0, MOST_POINTS).map(([x, y, label]) => digits((x << 10) | (y << 3) | label, 3)).join('');
}

/** The points that `packPoints` took. */
export function unpackPoints(text) {
  const point = (bits) => [(bits >> 10) & 127, (bits >> 3) & 127, bits & 7];
  return chunks(text, 3).slice(0, MOST_POINTS).map((three) => point(value(three)));
}

/** A picture of levels 0-15, row by row from the top, as two characters for each run: level << 8 | length - 1. */
export function packDrawing(levels) {
  let text = '';
  for (let at = 0, end; at < levels.length; at = end) {
    end = at + 1;
    while (end < levels.length && end - at < RUN && levels[end] === levels[at]) end++;
    text += digits((levels[at] << 8) | (end - at - 1), 2);
  }
  return text;
}

/** The `count` levels that `packDrawing` took; what the text lacks is 0. */
export function unpackDrawing(text, count) {
  const levels = new Uint8Array(count);
  let at = 0;
  for (const bits of chunks(text, 2).map(value)) {
    const end = Math.min(count, at + (bits & (RUN - 1)) + 1);
    levels.fill((bits >> 8) & 15, at, end);
    at = end;
  }
  return levels;
}
