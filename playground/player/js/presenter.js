/** The presenter's view: the note of the item on stage, the next item, and a clock; in step with the stage's window. */

import {pageAddress, withItem} from './address.js';
import {element, write} from './dom.js';
import {WINDOWS, stepOf} from './podium.js';

const ASK = 2000; // milliseconds between two questions whether a stage is open
const SILENCE = 5000; // milliseconds without an answer: no stage is open
const TICK = 500;

const two = (number) => String(number).padStart(2, '0');

/** Minutes and seconds, with hours where there are any. */
export function elapsed(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}

export class Presenter {
  constructor(root) {
    this.root = root;
    root.classList.add('pg-presenter');
    this.heard = -Infinity;
    this.#build();
    this.stop = new AbortController();
    addEventListener('keydown', (event) => this.#key(event), {signal: this.stop.signal, capture: true});
    this.channel = new BroadcastChannel(WINDOWS);
    this.channel.onmessage = ({data}) => this.#hear(data);
    this.timers = [setInterval(() => this.#tick(), TICK), setInterval(() => this.#ask(), ASK)];
  }

  #build() {
    const part = (tag, name) => element(tag, {class: `pg-${name}`, dir: 'auto'});
    const button = (label, act) => {
      const node = element('button', {type: 'button'}, label);
      node.addEventListener('click', act);
      return node;
    };
    this.count = part('strong', 'count');
    this.title = part('h1', 'now');
    this.note = part('p', 'note');
    this.after = part('h2', 'after');
    this.hint = part('p', 'hint');
    this.time = element('time');
    this.passed = button('0:00', () => this.#restart());
    this.passed.title = 'Start the time again';
    this.open = button('Open the stage', () => this.#open());
    this.back = button('Previous (P)', () => this.go(this.number - 1));
    this.on = button('Next (N)', () => this.go(this.number + 1));
    this.root.append(
      element('header', {}, this.count, this.time, this.passed),
      element('main', {}, this.title, this.note),
      element('section', {}, this.after, this.hint),
      element('footer', {}, this.back, this.on, this.open),
    );
  }

  /** Shows a talk, {talk: {name, number, title, items}}. */
  show({talk}) {
    const first = this.talk?.name !== talk.name;
    this.talk = talk;
    if (first) {
      this.number = talk.number;
      this.key = `talk-started-${talk.name}`;
      if (!sessionStorage.getItem(this.key)) this.#restart();
    }
    document.title = talk.title;
    this.#write();
    this.#ask();
    this.#tick();
  }

  #restart() {
    sessionStorage.setItem(this.key, Date.now());
    this.#tick();
  }

  #write() {
    const {items} = this.talk;
    const [item, next] = [items[this.number - 1], items[this.number]];
    write(this.count, `${items.length ? this.number : 0} / ${items.length}`);
    write(this.title, item?.title ?? 'This talk has no items.');
    write(this.note, item?.note ?? '');
    write(this.after, next ? `Next: ${next.title}` : 'This is the last item.');
    write(this.hint, next?.note ?? '');
    this.back.disabled = this.number <= 1;
    this.on.disabled = this.number >= items.length;
  }

  #tick() {
    const now = new Date();
    write(this.time, `${now.getHours()}:${two(now.getMinutes())}`);
    write(this.passed, elapsed(now - Number(sessionStorage.getItem(this.key) ?? now)));
    this.open.hidden = performance.now() - this.heard < SILENCE;
  }

  #ask() {
    this.channel.postMessage({name: this.talk.name, who: true});
  }

  #hear({name, at}) {
    if (name !== this.talk?.name || !Number.isInteger(at)) return;
    this.heard = performance.now();
    this.open.hidden = true;
    this.#stand(at);
  }

  #key(event) {
    const by = stepOf(event);
    if (!by) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.go(this.number + by);
  }

  /** Goes to the item of a number, and the stage with it. */
  go(number) {
    if (!this.talk.items[number - 1]) return;
    this.#stand(number);
    this.channel.postMessage({name: this.talk.name, go: number});
  }

  /** Stands at an item; a reload comes back to it. */
  #stand(number) {
    if (number === this.number) return;
    this.number = number;
    history.replaceState(history.state, '', withItem(location.href, 'talk', `${this.talk.name}~${number}`));
    this.#write();
  }

  #open() {
    const item = this.talk.items[this.number - 1];
    if (item) open(pageAddress(item.link, location.href), 'playground-stage');
  }

  close() {
    this.stop.abort();
    this.timers.forEach(clearInterval);
    this.channel.close();
  }
}
