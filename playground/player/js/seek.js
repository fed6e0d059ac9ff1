/** Pointing at a cell of a grid shows its moment: the pointer is then the scrubber. */

import {isClick, plotArea} from './geometry.js';

const SEEK_HINT = 'Pointing at a cell shows its moment, a click stays there; the arrow keys step through them.';

/** What a panel's words add where cells can be pointed at. */
export function seekHint(bindings) {
  return bindings.some((b) => b.kind === 'seek') ? ` ${SEEK_HINT}` : '';
}

export class Seek {
  /** Lets the grid `binding` of `panel` choose the moment shown. */
  constructor(panel, binding) {
    Object.assign(this, {panel, binding});
    this.stop = new AbortController();
    const {signal} = this.stop;
    const listen = (type, act) => panel.plot.addEventListener(type, act, {signal});
    listen('pointermove', (event) => event.pointerType !== 'touch' && this.#peek(this.#cell(event)));
    listen('pointerleave', () => this.#peek(null));
    listen('pointerdown', (event) => (this.pressed = event));
    addEventListener('pointerup', (event) => this.#up(event), {signal}); // Plotly's cover takes it from the panel
  }

  /** The frame of the cell under a point of the page; null where there is none. */
  #cell({clientX, clientY}) {
    const area = plotArea(this.panel.plot);
    if (!area) return null;
    const {box: [x0, y0, x1, y1], shape: [rows, columns], first} = this.binding;
    const corner = this.panel.plot.getBoundingClientRect();
    const x = (area.toX(clientX - corner.left - area.left) - x0) / (x1 - x0);
    const y = (y1 - area.toY(clientY - corner.top - area.top)) / (y1 - y0);
    if (!(x >= 0 && x < 1 && y >= 0 && y < 1)) return null;
    return (first ?? 0) + Math.floor(y * rows) * columns + Math.floor(x * columns);
  }

  #peek(i) {
    this.panel.plot.classList.toggle('pg-seeking', i !== null);
    this.panel.player.peek(i);
  }

  #up(event) {
    const down = this.pressed;
    this.pressed = null;
    if (!isClick(down, event)) return;
    const i = this.#cell(down);
    if (i !== null) this.panel.player.seek(i);
  }

  remove() {
    this.#peek(null);
    this.stop.abort();
  }
}
