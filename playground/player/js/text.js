/** Lines of text painted on a chart's canvas: cheap where they are many or change, for Plotly makes each a node. */

import {boxPixels} from './geometry.js';

const LEFTWARD = /^\P{L}*[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const FILLED = 0.74; // of a box's height: a character
const WIDE = 1.35; // of a cell's width: the height of its character
const SMALLEST_TEXT = 5; // pixels; smaller text is left out, its ground stays
const GAP = 0.5; // pixels on each side of a cell
const ROUND = 3; // pixels
const DARK = '#1f2430';

/** The names of the arrays that a `text` binding shows: characters, then shades and boxes where they are arrays. */
export function textArrays({array, shade, boxes}) {
  return [array, shade, boxes].filter((name) => typeof name === 'string');
}

/** Paints each line of code points into its box; `look` is the page's {text, font, scale}. */
export function paintText(context, arrays, binding, area, colours, look) {
  const [codes, ...others] = arrays;
  const shades = binding.shade ? others.shift().values : null;
  const [count, length] = codes.shape;
  const whole = binding.flow === 'words';
  const table = colours.table('sequential');
  context.save();
  Object.assign(context, {textAlign: 'center', textBaseline: 'middle'});
  for (let i = 0; i < count; i++) {
    const box = others.length ? others[0].values.subarray(4 * i, 4 * i + 4) : binding.boxes[i];
    if (!box) break;
    const line = {codes: codes.values.subarray(i * length, (i + 1) * length), box: boxPixels(area, box)};
    line.shade = shades && ((k) => table[shades[whole ? i : i * length + k]]);
    const style = {...look, size: look.scale * binding.size};
    if (whole) writeWords(context, line, style);
    else writeCells(context, line, style, binding.flow === 'cells');
  }
  context.restore();
}

/** Each character in its cell; `turns` lets a script that is written so run from the right. */
function writeCells(context, {codes, box, shade}, {text, font, size}, turns) {
  const pitch = box.width / codes.length;
  const height = Math.min(size, FILLED * box.height, WIDE * pitch);
  const said = String.fromCodePoint(...codes.filter((code) => code > 0));
  const leftward = turns && LEFTWARD.test(said);
  context.font = `500 ${height}px ${font}`;
  codes.forEach((code, k) => {
    if (!(code > 0)) return;
    const left = box.left + (leftward ? codes.length - 1 - k : k) * pitch;
    const colour = shade?.(k);
    if (shade) ground(context, left, box.top, pitch, box.height, colour);
    const fill = shade ? over(colour) : text;
    letter(context, String.fromCodePoint(code), left + pitch / 2, box.top + box.height / 2, height, fill, pitch);
  });
}

function writeWords(context, {codes, box, shade}, {text, font, size}) {
  const height = Math.min(size, FILLED * box.height);
  const said = String.fromCodePoint(...codes.filter((code) => code > 0));
  const colour = shade?.(0);
  if (shade) ground(context, box.left, box.top, box.width, box.height, colour);
  context.font = `500 ${height}px ${font}`;
  const fill = shade ? over(colour) : text;
  letter(context, said, box.left + box.width / 2, box.top + box.height / 2, height, fill, box.width);
}

function letter(context, said, x, y, height, colour, width) {
  if (height < SMALLEST_TEXT) return;
  context.fillStyle = colour;
  context.fillText(said, x, y + 0.04 * height, width);
}

function ground(context, left, top, width, height, colour) {
  context.fillStyle = `rgb(${channels(colour)})`;
  context.beginPath();
  context.roundRect(left + GAP, top + GAP, width - 2 * GAP, height - 2 * GAP, ROUND);
  context.fill();
}

/** [r, g, b] of a packed colour. */
function channels(colour) {
  return [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
}

/** The colour of letters that are legible over another one. */
function over(colour) {
  const [red, green, blue] = channels(colour);
  return 0.3 * red + 0.6 * green + 0.1 * blue > 140 ? DARK : '#fff';
}
