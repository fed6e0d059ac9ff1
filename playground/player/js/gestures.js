/** What a visitor does on a panel: five gestures with one signature, chosen by name. Each holds what is edited.
 *
 * `paint(context, pen)` draws it; `down(at, pen)`, `move(at, pen)` and `up(at, pen)` follow the pointer, and `up` gives
 * the knob's new text, null for none. `at` is {x, y} in data coordinates, with the page's clientY; `pen` knows pixels,
 * colours and the label chosen.
 */

import {LATTICE, MOST_POINTS, packDrawing, packPoints, unpackDrawing, unpackPoints} from './pack.js';

const NEAR = 11; // pixels around a point that count as on it
const BRUSH = 1.15; // pixels of the drawing
const NOTCH = 8; // pixels that a number is dragged to change by one step
const STEP = 0.25;

/** x_y in three significant digits. */
function pairText({x, y}) {
  return [x, y].map((value) => (Math.abs(value) < 1e-4 ? 0 : Number(value.toPrecision(3)))).join('_');
}

function pair(text) {
  const [x, y] = text.split('_').map(Number);
  return Number.isFinite(x) && Number.isFinite(y) ? {x, y} : null;
}

function handle(context, pen, at, radius) {
  if (!at) return;
  context.beginPath();
  context.arc(pen.x(at.x), pen.y(at.y), radius, 0, 2 * Math.PI);
  Object.assign(context, {fillStyle: pen.primary, strokeStyle: '#fff', lineWidth: 2.5});
  context.fill();
  context.stroke();
}

class PointGesture {
  restage({value, handle: dotted = true}) {
    Object.assign(this, {at: pair(value), dotted});
  }

  paint(context, pen) {
    if (this.dotted) handle(context, pen, this.at, 6);
  }

  up(at) {
    this.at = at;
    return pairText(at);
  }
}

class DragGesture extends PointGesture {
  paint(context, pen) {
    handle(context, pen, this.at, 9);
  }

  down(at) {
    this.at = at;
  }

  move(at) {
    this.at = at;
  }
}

class PointsGesture {
  restage({value, box}) {
    this.box = box;
    this.points = unpackPoints(value);
  }

  #onLattice({x, y}) {
    const [x0, y0, x1, y1] = this.box;
    return [(x - x0) / (x1 - x0), (y - y0) / (y1 - y0)].map((share) => Math.round(share * (LATTICE - 1)));
  }

  /** Lattice number k lies at x0 + k / 127 (x1 - x0). */
  #pixels([x, y], pen) {
    const [x0, y0, x1, y1] = this.box;
    return [pen.x(x0 + (x / (LATTICE - 1)) * (x1 - x0)), pen.y(y0 + (y / (LATTICE - 1)) * (y1 - y0))];
  }

  paint(context, pen) {
    for (const point of this.points) {
      const fillStyle = pen.classes[point[2] % pen.classes.length];
      Object.assign(context, {fillStyle, strokeStyle: '#fff', lineWidth: 1.2});
      context.beginPath();
      context.arc(...this.#pixels(point, pen), 4.5, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
  }

  up(at, pen) {
    const near = (point) => {
      const [x, y] = this.#pixels(point, pen);
      return Math.hypot(x - pen.x(at.x), y - pen.y(at.y)) < NEAR;
    };
    const hit = this.points.findIndex(near);
    if (hit >= 0) this.points.splice(hit, 1);
    else if (this.points.length < MOST_POINTS) this.points.push([...this.#onLattice(at), pen.label]);
    return packPoints(this.points);
  }

  clear() {
    this.points = [];
    return '';
  }
}

class DrawGesture {
  restage({value, box, shape, ink}) {
    Object.assign(this, {box, shape, ink});
    this.levels = unpackDrawing(value, shape[0] * shape[1]);
  }

  /** Column and row (from the top), in fractions of pixels. */
  #cell({x, y}) {
    const [x0, y0, x1, y1] = this.box;
    return [((x - x0) / (x1 - x0)) * this.shape[1] - 0.5, ((y1 - y) / (y1 - y0)) * this.shape[0] - 0.5];
  }

  #dab([column, row]) {
    const [rows, columns] = this.shape;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const level = Math.round(15 * Math.min(1, Math.max(0, BRUSH + 0.5 - Math.hypot(c - column, r - row))));
        const k = r * columns + c;
        this.levels[k] = Math.max(this.levels[k], level);
      }
    }
  }

  paint(context, pen) {
    const [rows, columns] = this.shape;
    const [x0, y0, x1, y1] = this.box;
    const [left, top] = [pen.x(x0), pen.y(y1)];
    const [width, height] = [(pen.x(x1) - left) / columns, (pen.y(y0) - top) / rows];
    context.fillStyle = this.ink || pen.text;
    const [x, y] = [(c) => Math.round(left + c * width), (r) => Math.round(top + r * height)];
    this.levels.forEach((level, k) => {
      if (!level) return;
      const [r, c] = [Math.floor(k / columns), k % columns];
      context.globalAlpha = level / 15;
      context.fillRect(x(c), y(r), x(c + 1) - x(c), y(r + 1) - y(r));
    });
    context.globalAlpha = 1;
  }

  down(at) {
    this.last = this.#cell(at);
    this.#dab(this.last);
  }

  move(at) {
    const next = this.#cell(at);
    const [dx, dy] = [next[0] - this.last[0], next[1] - this.last[1]];
    const dabs = Math.max(1, Math.ceil(2 * Math.hypot(dx, dy)));
    for (let k = 1; k <= dabs; k++) this.#dab([this.last[0] + (dx * k) / dabs, this.last[1] + (dy * k) / dabs]);
    this.last = next;
  }

  up() {
    return packDrawing(this.levels);
  }

  clear() {
    this.levels.fill(0);
    return '';
  }
}

/** Numbers in a grid, row by row: each is dragged up to grow and down to shrink. */
class NumbersGesture {
  restage({value, box, shape}) {
    const numbers = value.split(/[\s,;]+/).filter(Boolean).map((word) => {
      const [top, bottom = 1] = word.split('/').map(Number);
      return top / bottom;
    });
    Object.assign(this, {box, shape, numbers, cell: null});
  }

  /** The box x0, y0, x1, y1 of cell k. */
  #place(k) {
    const [[x0, y0, x1, y1], [rows, columns]] = [this.box, this.shape];
    const [width, height] = [(x1 - x0) / columns, (y1 - y0) / rows];
    const [left, top] = [x0 + (k % columns) * width, y1 - Math.floor(k / columns) * height];
    return [left, top - height, left + width, top];
  }

  #cellAt({x, y}) {
    const inside = ([x0, y0, x1, y1]) => x >= x0 && x <= x1 && y >= y0 && y <= y1;
    return this.numbers.findIndex((_, k) => inside(this.#place(k)));
  }

  /** Only the number that is dragged: the others stand on the chart. */
  paint(context, pen) {
    if (this.cell === null) return;
    const [x0, y0, x1, y1] = this.#place(this.cell);
    const [left, top, width, height] = [pen.x(x0), pen.y(y1), pen.x(x1) - pen.x(x0), pen.y(y0) - pen.y(y1)];
    Object.assign(context, {fillStyle: pen.primary, textAlign: 'center', textBaseline: 'middle', font: '600 13px sans-serif'});
    context.fillRect(left, top, width, height);
    context.fillStyle = '#fff';
    context.fillText(String(this.numbers[this.cell]).replace('-', '−'), left + width / 2, top + height / 2);
  }

  down(at) {
    this.cell = this.#cellAt(at);
    if (this.cell < 0) this.cell = null;
    else this.from = {clientY: at.clientY, number: this.numbers[this.cell]};
  }

  move(at) {
    if (this.cell === null) return;
    const steps = Math.round((this.from.clientY - at.clientY) / NOTCH);
    if (steps) this.numbers[this.cell] = Number((this.from.number + STEP * steps).toPrecision(4));
  }

  up(at) {
    const before = this.from?.number;
    this.move(at);
    if (this.cell === null || this.numbers[this.cell] === before) return null;
    const {numbers, shape: [, columns]} = this;
    const words = numbers.map((number) => String(Number(number.toPrecision(6))));
    const rows = words.flatMap((_, k) => (k % columns ? [] : [words.slice(k, k + columns).join(' ')]));
    return rows.join('; ');
  }
}

export const gestures = {
  point: PointGesture, drag: DragGesture, points: PointsGesture, draw: DrawGesture, numbers: NumbersGesture,
};
