/** The overlay on which a gesture is made; each finished gesture becomes a knob's text. */

import {element} from './dom.js';
import {gestures} from './gestures.js';
import {plotArea} from './geometry.js';
import {theme} from './theme.js';

const RIM = 12; // pixels around the box in which a press still counts
const PATIENCE = 3000; // milliseconds in which an answer to an older gesture does not undo a newer one

export class Edit {
  /** Puts the binding's gesture over `panel`; `fire(knob, text)` hears of it. */
  constructor(panel, binding, fire) {
    Object.assign(this, {panel, fire, label: binding.labels[0], sent: null});
    this.gesture = new gestures[binding.gesture]();
    const label = `Set ${binding.knob}: ${binding.gesture}`;
    this.canvas = element('canvas', {class: 'pg-overlay', role: 'application', 'aria-label': label});
    for (const name of ['down', 'move', 'up', 'cancel']) {
      this.canvas.addEventListener(`pointer${name}`, (event) => this[`_${name}`](event));
    }
    this.tools = panel.head.insertBefore(element('div', {class: 'pg-labels'}), panel.tools);
    this.restage(binding);
  }

  /** Takes another value from the page, unless it answers a gesture that a newer one, perhaps unfinished, overtook. */
  restage(binding) {
    this.binding = binding;
    if (!this.pressed && this.#value === binding.value) this.gesture.restage(binding);
    this.#equip();
    this.place();
  }

  /** The knob's value: what was set here, until the page has had its time to answer. */
  get #value() {
    const {sent, binding} = this;
    return sent && performance.now() - sent.at < PATIENCE ? sent.text : binding.value;
  }

  /** Whether what is edited is not on stage yet. */
  get #pending() {
    return this.pressed || (this.sent !== null && this.sent.text !== this.binding.value);
  }

  #equip() {
    const {gesture, clear} = {gesture: this.binding.gesture, clear: this.gesture.clear};
    const choice = gesture === 'points' ? this.binding.labels : [];
    const labels = choice.length > 1 ? choice.map((k) => this.#chooser(k)) : [];
    const wipe = element('button', {type: 'button', class: 'pg-tool'}, 'Clear');
    wipe.addEventListener('click', () => this.#say(this.gesture.clear()));
    this.tools.replaceChildren(...labels, ...(clear ? [wipe] : []));
  }

  #chooser(k) {
    const name = `Class ${k}`;
    const chosen = String(k === this.label);
    const named = {'aria-label': name, title: name, 'aria-pressed': chosen};
    const button = element('button', {type: 'button', class: 'pg-label', ...named});
    button.style.setProperty('--label', `rgb(${this.panel.player.colours.classes[k]})`);
    button.addEventListener('click', () => {
      this.label = k;
      this.#equip();
    });
    return button;
  }

  /** Lies over the plot area and paints what is edited. */
  place() {
    const area = plotArea(this.panel.plot);
    if (!area) return;
    const container = this.panel.plot.querySelector('.svg-container');
    if (this.canvas.parentElement !== container) container.append(this.canvas);
    const ratio = devicePixelRatio;
    Object.assign(this.canvas, {width: Math.round(area.width * ratio), height: Math.round(area.height * ratio)});
    this.canvas.style.cssText = `left:${area.left}px;top:${area.top}px;width:${area.width}px;height:${area.height}px`;
    this.area = area;
    this.#paint();
  }

  #paint() {
    const context = this.canvas.getContext('2d');
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, this.area.width, this.area.height);
    if (this.binding.paints !== false || this.#pending) this.gesture.paint(context, this.#pen());
  }

  #pen() {
    const look = theme(this.panel.node);
    const classes = this.panel.player.colours.classes.map((colour) => `rgb(${colour})`);
    return {x: this.area.x, y: this.area.y, classes, label: this.label, text: look.text, primary: look.primary};
  }

  /** The event in data coordinates, inside the binding's box, and how far down the page it is. */
  #at(event) {
    const [x0, y0, x1, y1] = this.binding.box;
    const corner = this.canvas.getBoundingClientRect();
    const [x, y] = [this.area.toX(event.clientX - corner.left), this.area.toY(event.clientY - corner.top)];
    return {x: Math.max(x0, Math.min(x1, x)), y: Math.max(y0, Math.min(y1, y)), clientY: event.clientY};
  }

  /** Whether an event lies in the binding's box, a few pixels around it included. */
  #hits(event) {
    const {x, y} = this.#at(event);
    const corner = this.canvas.getBoundingClientRect();
    const [dx, dy] = [event.clientX - corner.left - this.area.x(x), event.clientY - corner.top - this.area.y(y)];
    return Math.hypot(dx, dy) <= RIM;
  }

  _down(event) {
    if (!this.#hits(event)) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.pressed = true;
    this.gesture.down?.(this.#at(event), this.#pen());
    this.#paint();
  }

  _move(event) {
    if (!this.pressed || !this.gesture.move) return;
    this.gesture.move(this.#at(event), this.#pen());
    this.#paint();
  }

  _up(event) {
    if (!this.pressed) return;
    this.pressed = false;
    const text = this.gesture.up(this.#at(event), this.#pen());
    if (text === null) this.#paint();
    else this.#say(text);
  }

  /** Puts back what an unfinished gesture moved. */
  _cancel() {
    if (!this.pressed) return;
    this.pressed = false;
    this.gesture.restage({...this.binding, value: this.#value});
    this.#paint();
  }

  #say(text) {
    this.sent = {text, at: performance.now()};
    this.#paint();
    this.fire(this.binding.knob, text);
  }

  remove() {
    this.canvas.remove();
    this.tools.remove();
  }
}
