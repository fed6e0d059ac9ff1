/** What a visitor does on a panel: four gestures with one signature, chosen by name. Each holds what is edited.
 *
 * `paint(context, pen)` draws it; `down(at, pen)`, `move(at, pen)` and `up(at, pen)` follow the pointer, and `up` gives
 * the knob's new text. `at` is {x, y} in data coordinates; `pen` knows pixels, colours and the label chosen.
 */

import {LATTICE, MOST_POINTS, packDrawing, packPoints, unpackDrawing, unpackPoints} from './pack.js';

const NEAR = 11; // pixels around a point that count as on it
const BRUSH = 1.15; // pixels of the drawing

/** x_y in three significant digits. */
export function pairText({x, y}) {
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
  restage({value}) {
    this.at = pair(value);
  }

  paint(context, pen) {
    handle(context, pen, this.at, 6);
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
  restage({value, box, shape}) {
    Object.assign(this, {box, shape});
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
    context.fillStyle = pen.text;
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

export const gestures = {point: PointGesture, drag: DragGesture, points: PointsGesture, draw: DrawGesture};
