/** On stage: the keys and the counter that walk through a talk, and what other windows are told of it. */

import {audience, pageAddress, visit, withItem} from './address.js';
import {element, write} from './dom.js';
import {registry} from './registry.js';

const STEPS = {n: 1, N: 1, PageDown: 1, p: -1, P: -1, PageUp: -1}; // clickers send the page keys
const WRITING = 'input:not([type=range], [type=checkbox], [type=radio]), textarea, [contenteditable]';
const PARAGRAPHS = 'textarea, [contenteditable]'; // there the page keys have a meaning too
const TOUCHED = ':is(.st-key-knobs, .pg-bar) :is([role=slider], input[type=range], input[type=checkbox], button)';
const RAPID = 300; // milliseconds between two steps of which the first need not be shown
const QUIET_STEP = 150;
const LOOK = 500; // milliseconds between two looks whether the next run can be started

const asked = {number: 0, at: -Infinity, timer: 0}; // survives the page that the step came from
let latest = null; // the podium in charge, also while its page gives way to the next item's: no key is lost then

/** The name by which the windows of a talk hear each other. */
export const WINDOWS = 'playground-talk';

/** Whether a key pressed alone is the page's own: not while someone writes. */
function free({key, target, ctrlKey, metaKey, altKey}) {
  return !ctrlKey && !metaKey && !altKey && !target.closest?.(key.length > 1 ? PARAGRAPHS : WRITING);
}

/** The step that a key means, 0 for none. */
export function stepOf(event) {
  return free(event) ? STEPS[event.key] ?? 0 : 0;
}

/** Leaves the stage for the page itself, at the moment shown. */
export function leave() {
  const at = registry.player?.index ?? -1;
  const address = withItem(location.href, 'present', null);
  visit(at < 0 ? address : withItem(address, 't', at));
}

/** The number of the talk's item that an address names, from 1; 1 where it names none. */
function numberIn(address) {
  return Number(new URL(address).searchParams.get('talk')?.split('~')[1]) || 1;
}

export class Podium {
  /** Listens while it is open; its counter stands first in `tools`. */
  constructor(tools) {
    latest?.#end();
    latest = this;
    this.walk = null;
    this.counter = element('nav', {class: 'pg-walk', 'aria-label': 'Talk', hidden: ''});
    this.back = this.#arrow('‹', 'Previous item (P)', -1);
    this.place = element('button', {type: 'button', title: 'Presenter’s view', 'aria-live': 'polite'});
    this.place.addEventListener('click', () => openPresenter(this.walk.name, this.number));
    this.on = this.#arrow('›', 'Next item (N)', 1);
    this.counter.append(this.back, this.place, this.on);
    this.counter.addEventListener('pointerdown', (event) => event.preventDefault()); // the keys stay the player's
    tools.prepend(this.counter);
    this.stop = new AbortController();
    const {signal} = this.stop;
    const listen = (type, act) => addEventListener(type, (event) => this.#here && act(event), {signal, capture: true});
    listen('keydown', (event) => this.#key(event));
    listen('pointerup', () => setTimeout(() => document.activeElement.closest(TOUCHED)?.blur()));
    listen('change', ({target}) => target.closest('.pg-bar select')?.blur());
    this.channel = new BroadcastChannel(WINDOWS);
    this.channel.onmessage = ({data}) => this.#hear(data);
    this.looking = setInterval(() => this.#here ? this.#ahead() : this.#end(), LOOK);
  }

  /** Whether it is in charge, and the page on stage. */
  get #here() {
    return latest === this && new URL(location.href).searchParams.get('present') === '1';
  }

  #arrow(sign, name, by) {
    const button = element('button', {type: 'button', 'aria-label': name, title: name}, sign);
    button.addEventListener('click', () => this.go(this.number + by));
    return button;
  }

  /** Shows where the talk stands: {name, number, items, next}; null where this is no talk. */
  show(walk) {
    if (walk?.next !== this.walk?.next) this.#let();
    this.walk = walk;
    this.counter.hidden = !walk?.items.length;
    if (!walk) return;
    this.#count();
    this.#tell();
  }

  /** The item that was asked for last. */
  get number() {
    return asked.timer ? asked.number : Math.min(numberIn(location.href), this.walk.items.length);
  }

  #count() {
    const {length} = this.walk.items;
    write(this.place, `${this.number} / ${length}`);
    this.back.disabled = this.number <= 1;
    this.on.disabled = this.number >= length;
  }

  #tell() {
    this.channel.postMessage({name: this.walk.name, at: this.number});
  }

  #hear({name, go, who}) {
    if (!this.#here || name !== this.walk?.name) return;
    if (who) this.#tell();
    if (Number.isInteger(go)) this.go(go);
  }

  #key(event) {
    const by = stepOf(event);
    if (event.key === 'Escape') this.#escape(event);
    else if (['f', 'F'].includes(event.key) && free(event)) screen();
    else if (by && this.walk && !document.querySelector('dialog[open]')) {
      event.preventDefault();
      event.stopImmediatePropagation(); // a slider under the focus takes the page keys too
      this.go(this.number + by);
    }
  }

  /** Escape first closes what lies above the stage, lets go of a picture, ends writing; then it leaves. */
  #escape(event) {
    const busy = document.querySelector('dialog[open], .pg-weigh, [role=listbox]') || document.fullscreenElement;
    if (busy || registry.player?.stage.picking) return;
    if (event.target.closest?.(WRITING)) event.target.blur();
    else leave();
    event.stopImmediatePropagation();
  }

  /** Goes to the item of a number; of several steps in a hurry only the last is shown. */
  go(number) {
    const item = this.walk.items[number - 1];
    const address = item && pageAddress(item.link, location.href);
    if (!address || number === this.number) return;
    const now = performance.now();
    const show = () => {
      asked.timer = 0;
      visit(address);
    };
    clearTimeout(asked.timer);
    const rapid = now - asked.at < RAPID;
    Object.assign(asked, {number, at: now, timer: rapid ? setTimeout(show, QUIET_STEP) : 0});
    if (!rapid) show();
    this.#count();
    this.#tell();
  }

  /** Once this run is recorded the next item's starts: a watcher that takes no frame is enough. */
  #ahead() {
    if (this.early || !this.counter.isConnected || !this.walk?.next || !registry.player?.recording.over) return;
    this.early = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${this.walk.next}?have=0`);
  }

  #let() {
    this.early?.close();
    this.early = null;
  }

  /** Takes its counter away; the keys stay with it until the next one comes or the stage is left. */
  close() {
    this.#let();
    this.counter.remove();
  }

  #end() {
    this.close();
    this.stop.abort();
    clearInterval(this.looking);
    this.channel.close();
  }
}

/** Opens the presenter's view of a talk in a window of its own. */
export function openPresenter(name, number) {
  const address = pageAddress(`talk?talk=${name}~${number}&presenter=1`, audience(location.href));
  open(address, 'playground-presenter', 'popup,width=960,height=720');
}

/** Fills the screen, or leaves it. */
function screen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.();
}
