/** Pointing at a small picture of one panel shows it large in another: the frames hold it already, nothing runs. */

import {pictures} from './canvas.js';
import {isClick, plotArea} from './geometry.js';
import {seekHint} from './seek.js';

const HINT = 'Enter shows the next picture large, Shift and Enter the one before, Escape lets it go.';

/** The number of the box under a point of the page; -1 where there is none. */
export function boxAt(panel, boxes, {clientX, clientY}) {
  const area = plotArea(panel.plot);
  if (!area) return -1;
  const corner = panel.plot.getBoundingClientRect();
  const x = area.toX(clientX - corner.left - area.left);
  const y = area.toY(clientY - corner.top - area.top);
  return boxes.findIndex(([x0, y0, x1, y1]) => x >= x0 && x <= x1 && y >= y0 && y <= y1);
}

/** Names a plot, and lets the keyboard reach it where its pictures can be picked. */
export function introduce(plot, {alt, bindings}) {
  const pickable = bindings.some((b) => b.kind === 'pick');
  plot.setAttribute('aria-label', `${alt}${pickable ? ` ${HINT}` : ''}${seekHint(bindings)}`);
  plot.classList.toggle('pg-pickable', pickable);
  if (pickable) plot.tabIndex = 0;
  else plot.removeAttribute('tabindex');
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
    listen('keydown', (event) => this.#key(event));
  }

  #over(event) {
    if (this.panel.picks.some((pick) => pick.kept) || event.pointerType === 'touch') return;
    this.#show(boxAt(this.panel, this.tiles.boxes, event));
  }

  /** A click keeps the picture, a click beside it or on it again lets it go. */
  #up(event) {
    const down = this.pressed;
    this.pressed = null;
    if (!isClick(down, event)) return;
    const index = boxAt(this.panel, this.tiles.boxes, down);
    this.kept = index >= 0 && !(this.kept && index === this.index);
    this.#show(this.kept ? index : -1, true); // Plotly's cover may have hidden that the pointer left
  }

  /** Enter keeps the next picture, with Shift the one before, array by array; behind the last comes the first. */
  #key(event) {
    const {key, target, shiftKey, ctrlKey, metaKey, altKey, defaultPrevented} = event;
    if (key !== 'Enter' || target !== this.panel.plot || ctrlKey || metaKey || altKey || defaultPrevented) return;
    const {picks, picker} = this.panel;
    if (this !== (picker ?? picks.at(shiftKey ? -1 : 0))) return;
    event.preventDefault();
    const next = shiftKey ? (this.index < 0 ? this.count : this.index) - 1 : this.index + 1;
    if (next >= 0 && next < this.count) this.#keep(next);
    else picks.at((picks.indexOf(this) + (shiftKey ? -1 : 1)) % picks.length).#keep(shiftKey ? -1 : 0);
  }

  #keep(index) {
    this.#show(index < 0 ? this.count + index : index, true, true);
  }

  /** How many pictures there are. */
  get count() {
    const held = this.panel.newest(this.binding.array);
    return held ? pictures(held, this.tiles.scale).count : this.tiles.boxes.length;
  }

  /** Shows picture `index` in the place of what another array of this panel shows; -1 takes its own away. */
  #show(index, anyway = false, kept = this.kept) {
    if (index === this.index && !anyway) return;
    const {panel} = this;
    if (index >= 0 && panel.picker !== this) panel.picker?.release();
    const others = index < 0 && panel.picker !== this;
    Object.assign(this, {index, kept});
    if (others) return;
    panel.picker = index < 0 ? null : this;
    const {array} = this.binding;
    const {scale, origin, boxes} = this.tiles;
    panel.mark(index < 0 ? null : boxes[index]);
    const caption = `picture ${index + 1} of ${this.count}: ${kept ? 'Escape lets it go' : 'click keeps it'}`;
    this.find(this.binding.panel)?.pick(index < 0 ? null : {array, index, look: {scale, origin}, caption});
  }

  /** Shows the other panel's own picture again. */
  release() {
    this.kept = false;
    this.#show(-1);
  }

  remove() {
    this.release();
    this.stop.abort();
  }
}
