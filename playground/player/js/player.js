/** The player: receives a run, keeps it, and draws the frame at which its clock stands. */

import {goesOn, ready, recalled} from './arrival.js';
import {Bar} from './bar.js';
import {Clock} from './clock.js';
import {element} from './dom.js';
import {typeScale} from './geometry.js';
import {onHands} from './hands.js';
import {onKeys} from './keys.js';
import {Maths} from './maths.js';
import {MOST_PINS, Pins} from './pins.js';
import {loadPlotly} from './plotly.js';
import {picture, save} from './png.js';
import {Readouts} from './readouts.js';
import {Recording} from './recording.js';
import {Source, fill} from './source.js';
import {Stage} from './stage.js';
import {onTheme} from './theme.js';

const DEBOUNCE = 80; // milliseconds between runs while a slider moves
const QUIET = 150; // milliseconds of rest before a moment is told
const HANDS = 500; // milliseconds for which charts wait after a hand on the page's knobs, which then answer sooner
const STANDING = ['speed', 'faster', 'slower', 'pin', 'release', 'preset', 'qr']; // acts that leave the moment alone
const SLOWEST = 0.1; // seconds: a longer pause between two drawings does not make the clock jump

export class Player {
  /** Builds the empty player in `root`.
   *
   * Hooks, each optional: ended(socket, frames), edit(knob, value, step, i), pin({add} or {remove}), moment(i): a
   * frame where it rests, null where it plays; branch({step, i}): with Branch on where it rests, {step: null} off;
   * open(link): goes to a page of this app.
   */
  constructor(root, {Plotly = null, hooks = {}} = {}) {
    Object.assign(this, {root, Plotly, hooks, shown: -1, peeked: null, run: null, incoming: null, branching: false, hands: -Infinity});
    this.touch = matchMedia('(pointer: coarse)').matches;
    this.still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.clock = new Clock();
    this.recording = new Recording();
    root.classList.add('pg');
    this.bar = new Bar(root, this);
    this.pins = new Pins(root, {changed: () => this.#haunt(), removed: (text) => this.hooks.pin?.({remove: text})});
    this.stage = new Stage(root, this);
    this.readouts = new Readouts(root);
    this.maths = new Maths(root);
    const watch = [onKeys(root, (name, value) => this.act(name, value)), onTheme(root, () => this.stage.retheme())];
    this.stop = [...watch, this.#onResize(), onHands(root, (target) => this.#hand(target))];
    this.frame = requestAnimationFrame((now) => this.#loop(now));
  }

  #onResize() {
    const watcher = new ResizeObserver(() => {
      clearTimeout(this.resizing);
      this.resizing = setTimeout(() => this.root.offsetWidth && this.stage.resize(), 60);
    });
    watcher.observe(this.root);
    return () => watcher.disconnect();
  }

  /** With Branch on a hand on a knob stops the run, so that the knob changes at the step shown. */
  #hand(target) {
    this.hands = performance.now();
    if (this.branching && this.clock.playing && target.closest?.('.st-key-knobs')) this.#branchHere();
  }

  #branchHere() {
    this.clock.pause(this.recording.length);
    this.hooks.branch?.({step: this.#step(), i: this.index});
  }

  #toggleBranch() {
    this.branching = !this.branching;
    if (this.branching) this.#branchHere();
    else this.hooks.branch?.({step: null, i: null});
  }

  /** Whether the charts of a playing run wait, for a run to come or for the page to answer a hand. */
  #waits(now) {
    return this.clock.playing && (Boolean(this.incoming) || now - this.hands < HANDS);
  }

  /** Shows a run: {stage, socket or bytes and status, t, branched, plotly, pins, pin, command, talk, item}.
   *
   * What is shown already goes on, unless it is another item of a talk; a run of the same training opens at the moment
   * that `recalled` says. */
  show(data) {
    const before = this.data;
    this.data = data;
    this.root.classList.toggle('pg-talk', Boolean(data.talk));
    this.pins.show(data.pins ?? []);
    const same = before && data.socket === before.socket && data.bytes === before.bytes && data.stage === before.stage;
    if (same) {
      if (data.t != null && (data.t !== before.t || data.item !== before.item)) this.seek(data.t);
      else if (data.item !== before.item) this.act('again');
      else if (JSON.stringify(data.pins) !== JSON.stringify(before.pins)) this.#tell(); // the page's address is new
      return;
    }
    const now = performance.now();
    const rapid = now - (this.asked ?? -Infinity) < 3 * DEBOUNCE;
    this.asked = now;
    clearTimeout(this.opening);
    if (rapid) this.opening = setTimeout(() => this.#open(data), DEBOUNCE);
    else this.#open(data);
  }

  /** Opens the run's source. The old picture stays until the first new frame, unless other parts come on stage. */
  #open(data) {
    this.#leave(this.incoming);
    const run = {data, stage: JSON.parse(data.stage), recording: new Recording(), told: false, asked: performance.now()};
    if (data.bytes) fill(run.recording, data.bytes, data.status);
    else run.source = new Source(data.socket, run.recording);
    if (this.run) this.#leave(this.run);
    this.incoming = run;
    if (!this.run || !this.stage.keeps(run.stage.parts)) this.#enter(run);
  }

  #leave(run) {
    run?.source?.close({switched: true});
  }

  /** Puts a run on stage. */
  async #enter(run) {
    this.incoming = null;
    const {speed, live, playing} = this.clock;
    const same = recalled(run, this.run, this.index);
    const at = run.data.t ?? (same && !same.plays && !playing ? same.frame : null);
    this.run = run;
    this.recording = run.recording;
    this.clock = new Clock({at, from: same?.frame ?? 0, speed, live, goesOn: goesOn(run), still: this.still});
    if (!run.data.branched) this.branching = false; // a fresh run begins without
    this.shown = -1;
    this.staging = run;
    if (!(await this.#charts(run))) return;
    await this.staged; // one restaging at a time
    if (this.staging !== run) return;
    this.staged = this.#restage(run).catch(console.error);
    await this.staged;
    if (this.staging === run) this.staging = null;
  }

  /** Whether plotly.js is there; else the run says so. */
  async #charts({data, recording}) {
    try {
      this.Plotly ??= await loadPlotly(data.plotly);
    } catch {
      recording.status = {state: 'failed', error: 'The charts could not be loaded. Reload the page.'};
    }
    return Boolean(this.Plotly);
  }

  async #restage({stage, recording}) {
    this.readouts.restage(stage.readouts);
    this.maths.restage(stage.maths);
    await this.stage.restage(stage.parts, stage.palette, recording, this.index);
  }

  /** What a button or a key asks for. */
  act(name, value) {
    const {clock, recording} = this;
    const {length} = recording;
    const acts = {
      play: () => (clock.playing ? clock.pause(length) : clock.play(length, recording.over)),
      start: () => clock.seek(0, length),
      again: () => (this.clock = new Clock({speed: clock.speed, still: this.still})),
      back: () => clock.step(-1, length),
      next: () => clock.step(1, length),
      follow: () => clock.follow(),
      live: () => clock.toggleLive(),
      speed: () => (clock.speed = value),
      faster: () => this.bar.shiftSpeed(1),
      slower: () => this.bar.shiftSpeed(-1),
      branch: () => this.#toggleBranch(),
      pin: () => this.hooks.pin?.({add: this.data.pin}),
      release: () => this.stage.release(),
      preset: () => this.hooks.preset?.(value),
      qr: () => this.hooks.qr?.(),
    };
    acts[name]?.();
    if (!STANDING.includes(name)) this.#tell();
  }

  /** Rests at frame i. */
  seek(i) {
    this.clock.seek(i, this.recording.length);
    this.#tell();
  }

  /** Shows frame i for as long as a pointer asks for it, and lets the clock stand; null shows the clock's again. */
  peek(i) {
    this.peeked = i;
  }

  /** Tells where it rests, once it has rested for a while; a page's address may not be written faster. */
  #tell() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      if (this.data.socket !== this.run?.data.socket) return; // another run comes: this moment is none of its
      this.hooks.moment?.(this.moment);
      this.#describe(this.index);
      if (this.branching && this.moment !== null) this.hooks.branch?.({step: this.#step(), i: this.index});
    }, QUIET);
  }

  /** How many times as large type, lines and points are: on stage the last row reads along. */
  get scale() {
    return this.data?.talk ? typeScale(this.root.offsetWidth) : 1;
  }

  /** The frame at which it rests; null while it plays. */
  get moment() {
    return this.clock.playing ? null : this.index;
  }

  /** The frame shown; -1 where there is none. */
  get index() {
    return this.clock.index(this.recording.length);
  }

  /** Says that a gesture set a knob, and at which step. */
  edited(knob, text) {
    this.hooks.edit?.(knob, text, this.#step(), this.index);
  }

  #step = (i = this.index) => this.recording.frames[i]?.step ?? 0;

  /** A moment in words: `step 300`. */
  #named = (i) => `${this.run.stage.clock} ${this.#step(i)}`;

  /** Draws the pinned runs' ghosts, after a restaging that is under way. */
  async #haunt() {
    await this.staged;
    if (this.staged) await this.stage.redrawCurves(this.recording, this.index);
  }

  #loop(now) {
    if (!this.root.isConnected) return this.close(); // a place may leave the page without a word
    this.frame = requestAnimationFrame((next) => this.#loop(next));
    const seconds = Math.min(SLOWEST, (now - (this.then ?? now)) / 1000);
    this.then = now;
    if (this.incoming && ready(this.incoming, this.run, this.index, now)) this.#enter(this.incoming);
    const {recording, clock} = this;
    const halted = this.staging || this.peeked !== null;
    const at = clock.tick(halted ? 0 : seconds, recording.length, recording.over);
    const i = Math.min(this.peeked ?? at, recording.length - 1);
    if (!this.root.offsetWidth) return;
    this.#showBar(i);
    if (i < 0 || this.staging) return;
    this.stage.show(recording, i, now, clock.playing, this.#waits(now));
    if (i !== this.shown) this.#moved(i);
    this.#end(i);
  }

  #showBar(i) {
    const {recording, clock} = this;
    const {status} = (this.incoming ?? this).recording;
    const word = this.run?.stage.clock ?? 'step';
    const pin = this.data?.pin ? (this.pins.count < MOST_PINS ? 'free' : 'full') : 'none';
    const branch = this.hooks.branch && this.run?.stage.branches ? this.branching : null;
    this.bar.show({recording, clock, i, word, status, pin, branch});
  }

  #moved(i) {
    this.shown = i;
    this.readouts.show(this.recording, i);
    this.maths.show(this.recording, i);
  }

  /** Says once that the end of a finished run was reached. */
  #end(i) {
    const {run, recording} = this;
    if (run.told || recording.status.state !== 'done' || i < recording.length - 1) return;
    run.told = true;
    this.#describe(i);
    this.hooks.ended?.(run.data.socket, recording.length);
  }

  #describe(i) {
    if (i >= 0 && !this.staging) this.stage.describe(this.run.stage.readouts, this.recording, i, this.#named(i));
  }

  /** Draws one panel anew after a display option changed. */
  redraw(panel) {
    return panel.redraw(this.recording, this.index);
  }

  /** Saves a panel as a PNG. */
  async savePicture(panel) {
    const moment = this.#named(this.index);
    save(await picture(panel, moment), `${panel.name}-${moment.replace(' ', '-')}.png`);
  }

  close() {
    cancelAnimationFrame(this.frame);
    for (const timer of [this.opening, this.telling, this.resizing]) clearTimeout(timer);
    for (const stop of this.stop) stop();
    for (const run of [this.run, this.incoming]) run?.source?.close();
    this.pins.close();
    this.stage.remove();
    this.root.replaceChildren();
  }
}
