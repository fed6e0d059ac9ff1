/** Pinned runs: each is received whole and lies as ghosts under the curves of the run that is shown. */

import {element} from './dom.js';
import {icons} from './icons.js';
import {Recording} from './recording.js';
import {Source} from './source.js';

const GHOST_REST = 500; // milliseconds between two drawings of a ghost that still grows
const DASHES = {dot: '1.5 3', dash: '6 3', dashdot: '6 3 1.5 3'}; // Plotly's word, and the same for SVG
export const MOST_PINS = Object.keys(DASHES).length;

const sample = (dashes) => `<svg viewBox="0 0 26 6" width="26" height="6" aria-hidden="true">
  <path d="M0 3h26" stroke="currentColor" stroke-width="2" stroke-dasharray="${dashes}"/></svg>`;

export class Pins {
  /** `changed()` is called when the ghosts changed, `removed(text)` when a visitor takes one away. */
  constructor(root, {changed, removed}) {
    this.node = root.appendChild(element('ul', {class: 'pg-pins', 'aria-label': 'Pinned runs', hidden: ''}));
    Object.assign(this, {changed, removed, held: new Map()});
  }

  get count() {
    return this.held.size;
  }

  /** Shows these pins, [{socket, label, text}]; one that stays keeps what it has received. */
  show(pins) {
    const wanted = new Map(pins.map((pin) => [pin.socket, pin]));
    const before = this.#labels();
    for (const [socket, pin] of this.held) if (!wanted.has(socket)) this.#drop(socket, pin);
    for (const pin of pins) this.#hold(pin);
    if (this.#labels() === before) return;
    this.node.hidden = !this.count;
    this.node.replaceChildren(...[...this.held.values()].map((pin) => this.#chip(pin)));
    this.#soon();
  }

  #labels() {
    return JSON.stringify([...this.held.values()].map(({label}) => label));
  }

  #hold(pin) {
    const held = this.held.get(pin.socket) ?? {recording: new Recording(), dash: this.#freeDash()};
    held.source ??= new Source(pin.socket, held.recording, () => this.#soon());
    this.held.set(pin.socket, Object.assign(held, {label: pin.label, text: pin.text}));
  }

  #freeDash() {
    const taken = [...this.held.values()].map(({dash}) => dash);
    return Object.keys(DASHES).find((dash) => !taken.includes(dash)) ?? 'dot';
  }

  #drop(socket, {source}) {
    source.close({switched: true});
    this.held.delete(socket);
  }

  #chip({label, text, dash}) {
    const remove = element('button', {type: 'button', 'aria-label': `Remove the pin ${label}`, title: 'Remove'});
    remove.innerHTML = icons.close;
    remove.addEventListener('click', () => this.removed(text));
    const chip = element('li');
    chip.innerHTML = sample(DASHES[dash]);
    chip.append(label, remove);
    return chip;
  }

  #soon() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.changed();
    }, GHOST_REST);
  }

  /** The pinned runs that have something to draw: [{label, recording, dash}]. */
  get ghosts() {
    return [...this.held.values()].filter(({recording}) => recording.length);
  }

  close() {
    clearTimeout(this.timer);
    for (const [socket, pin] of this.held) this.#drop(socket, pin);
  }
}
