/** What is painted under a chart: tiles (many small pictures) and lines. As traces they would cost far more. */

import {element} from './dom.js';
import {boxPixels} from './geometry.js';

const MOST_SHEETS = 16;
const sheets = new Map(); // one scratch canvas for each shape of pictures, that used last at the end

function sheet(width, height) {
  const key = `${width}x${height}`;
  const found = sheets.get(key) ?? newSheet(width, height);
  sheets.delete(key);
  sheets.set(key, found);
  if (sheets.size > MOST_SHEETS) sheets.delete(sheets.keys().next().value);
  return found;
}

function newSheet(width, height) {
  const canvas = element('canvas');
  Object.assign(canvas, {width, height});
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  return {canvas, context, image, pixels: new Uint32Array(image.data.buffer)};
}

/** How many pictures an array holds, and their height and width. */
export function pictures(array, scale) {
  const shape = scale === 'rgb' ? array.shape.slice(0, -1) : array.shape;
  const [height, width] = shape.slice(-2);
  return {count: shape.length > 2 ? shape[0] : 1, height, width};
}

function colour(pixels, {values}, table, {count, height, width}) {
  const size = height * width;
  for (let k = 0; k < count; k++) {
    const start = rowOf(k, height) * width;
    for (let i = 0; i < size; i++) {
      const at = k * size + i;
      pixels[start + i] = table ? table[values[at]] : opaque(values, 3 * at);
    }
    pixels.copyWithin(start - width, start, start + width);
    pixels.copyWithin(start + size, start + size - width, start + size);
  }
}

/** The first row of picture k on its sheet. Each has its edges twice, lest its neighbours shine through. */
function rowOf(k, height) {
  return k * (height + 2) + 1;
}

function opaque(values, at) {
  return (255 << 24) | (values[at + 2] << 16) | (values[at + 1] << 8) | values[at];
}

/** Paints picture k of the array into box k; `only` paints that one picture into the first box. */
export function paintTiles(context, array, binding, area, colours, {discrete = false, only = null} = {}) {
  const shape = pictures(array, binding.scale);
  const {count, height, width} = shape;
  const {canvas, context: scratch, image, pixels} = sheet(width, (height + 2) * count);
  const table = binding.scale === 'rgb' ? null : colours.table(binding.scale, discrete);
  colour(pixels, array, table, shape);
  scratch.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = binding.origin === 'lower'; // a map is a sampled surface, an image is its pixels
  const boxes = only === null ? binding.boxes.slice(0, count).entries() : [[only, binding.boxes[0]]];
  for (const [k, box] of boxes) {
    place(context, canvas, rowOf(k, height), width, height, boxPixels(area, box), binding.origin);
  }
}

function place(context, canvas, top, width, height, box, origin) {
  context.save();
  if (origin === 'lower') {
    context.translate(box.left, box.top + box.height);
    context.scale(1, -1);
  } else {
    context.translate(box.left, box.top);
  }
  context.drawImage(canvas, 0, top, width, height, 0, 0, box.width, box.height);
  context.restore();
}

/** Paints each number as its segment: width by size beside the largest, colour by sign. */
export function paintLines(context, array, binding, area, colours) {
  const {values} = array;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  context.save();
  context.lineCap = 'round';
  binding.segments.forEach(([x0, y0, x1, y1], i) => {
    if (values[i] === 0) return;
    const size = Math.abs(values[i]) / largest;
    context.lineWidth = 0.3 + binding.width * size;
    context.globalAlpha = 0.2 + 0.7 * size;
    context.strokeStyle = colours.sign(values[i]);
    context.beginPath();
    context.moveTo(area.x(x0), area.y(y0));
    context.lineTo(area.x(x1), area.y(y1));
    context.stroke();
  });
  context.restore();
}
