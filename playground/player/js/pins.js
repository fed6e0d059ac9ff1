/** Pinned runs: each is received whole and lies as ghosts under the curves of the run that is shown. */

import {element} from './dom.js';
import {icons} from './icons.js';
import {Recording} from './recording.js';
import {Source} from './source.js';

const GHOST_REST = 500; // milliseconds between two drawings of a ghost that still grows
export const MOST_PINS = 3;

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
    const held = this.held.get(pin.socket) ?? {recording: new Recording()};
    held.source ??= new Source(pin.socket, held.recording, () => this.#soon());
    this.held.set(pin.socket, Object.assign(held, {label: pin.label, text: pin.text}));
  }

  #drop(socket, {source}) {
    source.close({switched: true});
    this.held.delete(socket);
  }

  #chip({label, text}) {
    const remove = element('button', {type: 'button', 'aria-label': `Remove the pin ${label}`, title: 'Remove'});
    remove.innerHTML = icons.close;
    remove.addEventListener('click', () => this.removed(text));
    return element('li', {}, element('i', {'aria-hidden': 'true'}), label, remove);
  }

  #soon() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.changed();
    }, GHOST_REST);
  }

  /** The pinned runs that have something to draw: [{label, recording}]. */
  get ghosts() {
    return [...this.held.values()].filter(({recording}) => recording.length);
  }

  close() {
    clearTimeout(this.timer);
    for (const [socket, pin] of this.held) this.#drop(socket, pin);
  }
}
