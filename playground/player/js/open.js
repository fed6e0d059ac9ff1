/** Clicking a point or a picture opens the page that it stands for, or chooses what it stands for. */

import {write} from './dom.js';
import {isClick, plotArea} from './geometry.js';
import {boxAt} from './pick.js';

const NEAR_POINT = 14; // pixels from a point that count as on it

export class Open {
  /** Lets the points or boxes of `binding` lead to their pages; `open(link)` goes there, `hint` says so. */
  constructor(panel, binding, open, hint = 'click opens it alone') {
    Object.assign(this, {panel, binding, open, hint});
    this.stop = new AbortController();
    const {signal} = this.stop;
    const listen = (type, act) => panel.plot.addEventListener(type, act, {signal});
    listen('pointermove', (event) => event.pointerType !== 'touch' && this.#point(this.#at(event)));
    listen('pointerleave', () => this.#point(-1));
    listen('pointerdown', (event) => (this.pressed = event));
    window.addEventListener('pointerup', (event) => this.#up(event), {signal});
  }

  /** The number of the box under a point of the page, or of the nearest point; -1 where there is none. */
  #at(event) {
    const {boxes, x, y} = this.binding;
    if (boxes.length) return boxAt(this.panel, boxes, event);
    const area = plotArea(this.panel.plot);
    const across = this.panel.shownArray(x);
    if (!area || !across) return -1;
    const corner = this.panel.plot.getBoundingClientRect();
    const [left, top] = [event.clientX - corner.left - area.left, event.clientY - corner.top - area.top];
    let [best, least] = [-1, NEAR_POINT];
    for (const name of y) {
      this.panel.shownArray(name)?.values.forEach((value, k) => {
        const away = Math.hypot(area.x(across.values[k]) - left, area.y(value) - top);
        if (away < least) [best, least] = [k, away];
      });
    }
    return best;
  }

  #point(k) {
    const {caption, plot} = this.panel;
    const {titles, links} = this.binding;
    const leads = k >= 0 && k < links.length;
    plot.classList.toggle('pg-opening', leads);
    caption.hidden = !leads;
    write(caption, leads ? `${titles[k]}: ${this.hint}` : '');
  }

  #up(event) {
    const down = this.pressed;
    this.pressed = null;
    const k = isClick(down, event) ? this.#at(down) : -1;
    const link = this.binding.links[k];
    if (link) this.open(link);
  }

  remove() {
    this.#point(-1);
    this.stop.abort();
  }
}
