/** Pointing at a small picture of one panel shows it large in another: the frames hold it already, nothing runs. */

import {pictures} from './canvas.js';
import {plotArea} from './geometry.js';

const STILL = 6; // pixels that a click may wander

/** The number of the box under a point of the page; -1 where there is none. */
export function boxAt(panel, boxes, {clientX, clientY}) {
  const area = plotArea(panel.plot);
  if (!area) return -1;
  const corner = panel.plot.getBoundingClientRect();
  const x = area.toX(clientX - corner.left - area.left);
  const y = area.toY(clientY - corner.top - area.top);
  return boxes.findIndex(([x0, y0, x1, y1]) => x >= x0 && x <= x1 && y >= y0 && y <= y1);
}

export class Pick {
  /** Lets `binding` of `panel` choose for the panel that it names; `find(name)` gives a panel. */
  constructor(panel, binding, find) {
    Object.assign(this, {panel, binding, find, kept: false, index: -1});
    this.tiles = panel.spec.bindings.find((b) => b.kind === 'tiles' && b.array === binding.array);
    this.stop = new AbortController();
    const listen = (type, act) => panel.plot.addEventListener(type, act, {signal: this.stop.signal});
    listen('pointermove', (event) => this.#over(event));
    listen('pointerleave', () => this.kept || this.#show(-1));
    listen('pointerdown', (event) => (this.pressed = event));
    window.addEventListener('pointerup', (event) => this.#up(event), {signal: this.stop.signal});
    panel.plot.classList.add('pg-pickable');
  }

  #over(event) {
    if (!this.kept && event.pointerType !== 'touch') this.#show(boxAt(this.panel, this.tiles.boxes, event));
  }

  /** A click keeps the picture, a click beside it or on it again lets it go. */
  #up(event) {
    const down = this.pressed;
    this.pressed = null;
    if (!down || Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > STILL) return;
    const index = boxAt(this.panel, this.tiles.boxes, down);
    this.kept = index >= 0 && !(this.kept && index === this.index);
    this.#show(this.kept ? index : -1, true); // Plotly's cover may have hidden that the pointer left
  }

  #show(index, anyway = false) {
    if (index === this.index && !anyway) return;
    this.index = index;
    const {array} = this.binding;
    const {scale, origin, boxes} = this.tiles;
    this.panel.mark(index < 0 ? null : boxes[index]);
    const held = this.panel.newest(array);
    const count = held ? pictures(held, scale).count : boxes.length;
    const caption = `picture ${index + 1} of ${count}: ${this.kept ? 'Escape lets it go' : 'click keeps it'}`;
    this.find(this.binding.panel)?.pick(index < 0 ? null : {array, index, look: {scale, origin}, caption});
  }

  /** Shows the other panel's own picture again. */
  release() {
    this.kept = false;
    this.#show(-1);
  }

  remove() {
    this.release();
    this.panel.plot.classList.remove('pg-pickable');
    this.stop.abort();
  }
}
