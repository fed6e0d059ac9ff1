/** Typing a number where a line of the network is clicked: it becomes a change of the run at the step shown. */

import {element} from './dom.js';
import {isClick, plotArea} from './geometry.js';
import {boxAt} from './pick.js';
import {significant} from './readouts.js';

const NEAR_LINE = 7; // pixels from a line that count as on it

/** The distance of a point from a segment, all in pixels. */
function distance(x, y, [ax, ay, bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const share = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}

export class Weigh {
  /** Lets a visitor set what `binding` of `panel` names; `fire(knob, text)` hears of it. */
  constructor(panel, binding, fire) {
    Object.assign(this, {panel, binding, fire});
    this.lines = panel.spec.bindings.find((b) => b.kind === 'lines' && b.array === binding.array);
    this.boxes = panel.spec.bindings.filter((b) => b.kind === 'tiles').flatMap((b) => b.boxes);
    this.stop = new AbortController();
    const {signal} = this.stop;
    panel.plot.addEventListener('pointerdown', (event) => (this.pressed = event), {signal});
    window.addEventListener('pointerup', (event) => this.#up(event), {signal});
    panel.plot.addEventListener('pointermove', (event) => this.#over(event), {signal});
  }

  #up(event) {
    const down = this.pressed;
    this.pressed = null;
    if (!isClick(down, event)) return;
    const index = this.#at(down);
    if (index >= 0) this.#open(index, down);
  }

  #over(event) {
    this.panel.plot.classList.toggle('pg-weighable', this.#at(event) >= 0);
  }

  /** The number of the line nearest to a point of the page, away from the units' pictures; -1 where there is none. */
  #at(event) {
    const area = plotArea(this.panel.plot);
    if (!area || boxAt(this.panel, this.boxes, event) >= 0) return -1;
    const corner = this.panel.plot.getBoundingClientRect();
    const [x, y] = [event.clientX - corner.left - area.left, event.clientY - corner.top - area.top];
    let [best, least] = [-1, NEAR_LINE];
    this.lines.segments.forEach(([x0, y0, x1, y1], i) => {
      const away = distance(x, y, [area.x(x0), area.y(y0), area.x(x1), area.y(y1)]);
      if (away < least) [best, least] = [i, away];
    });
    return best;
  }

  /** The form beside the pointer: the line's value, and a second one where the binding names it. */
  #open(index, {clientX, clientY}) {
    this.#close();
    const {names, beside, array} = this.binding;
    const now = this.panel.shownArray(array)?.values[index];
    const form = element('form', {class: 'pg-weigh', method: 'dialog', 'aria-label': 'Set by hand'});
    const fields = [this.#field(`Weight ${names[index]}`, names[index], now)];
    if (beside[index]) fields.push(this.#field(`Bias ${beside[index]}`, beside[index], null));
    form.append(...fields, element('button', {type: 'submit'}, 'Set'));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#say(form);
    });
    form.addEventListener('keydown', (event) => event.key === 'Escape' && this.#close());
    this.form = this.panel.node.appendChild(form);
    this.#place(clientX, clientY);
    form.querySelector('input').select();
  }

  #field(label, name, value) {
    const input = element('input', {name, type: 'number', step: 'any', min: '-100', max: '100'});
    if (value !== null && value !== undefined) input.value = significant(value, 4);
    else input.placeholder = 'as it is';
    return element('label', {}, label, input);
  }

  #place(clientX, clientY) {
    const corner = this.panel.node.getBoundingClientRect();
    const {offsetWidth, offsetHeight} = this.form;
    const left = Math.max(4, Math.min(clientX - corner.left, corner.width - offsetWidth - 4));
    const top = Math.max(4, Math.min(clientY - corner.top, corner.height - offsetHeight - 4));
    this.form.style.cssText = `left:${left}px;top:${top}px`;
  }

  /** Tells the first number that was typed anew. */
  #say(form) {
    const typed = [...form.querySelectorAll('input')].filter((input) => input.value !== input.defaultValue);
    const changed = typed.find((input) => input.value !== '' && Number.isFinite(input.valueAsNumber));
    this.#close();
    if (changed) this.fire(this.binding.knob, `${changed.name}~${changed.valueAsNumber}`);
  }

  #close() {
    this.form?.remove();
    this.form = null;
  }

  remove() {
    this.#close();
    this.stop.abort();
  }
}
