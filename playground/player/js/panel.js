/** One figure of the stage: head, Plotly chart, canvas under it. Its nodes live as long as its name is on stage. */

import {element, trueMinus, write} from './dom.js';
import {Edit} from './edit.js';
import {figure, patch, plotted, redressed} from './figure.js';
import {fitted} from './fitted.js';
import {boxPixels, forgetRanges, plotArea} from './geometry.js';
import {icons} from './icons.js';
import {Open} from './open.js';
import {Pick, introduce} from './pick.js';
import {Seek} from './seek.js';
import {theme} from './theme.js';
import {isUnder, paintUnder, shownArrays} from './under.js';
import {Weigh} from './weigh.js';

const REST = 3; // while it plays, a chart rests so many times as long as its drawing took; canvases never rest
const LONGEST_REST = 200; // milliseconds
const ROOMY = 220; // pixels of a plot whose legend may name the pinned runs; their chips do so anyway
const LEGEND_WIDTH = 110; // pixels
const LEGIBLE = 16; // pixels that words in a chart have at least on stage
const SMALLEST = 0.7; // of its size, to which a picture's words shrink on a narrow screen
const CONFIG = {displayModeBar: false, displaylogo: false, responsive: false, doubleClick: 'reset'};

export class Panel {
  /** `player` gives Plotly, colours and hooks; the chart is built by the first `restage`. */
  constructor(player, name) {
    this.player = player;
    this.name = name;
    this.log = this.discrete = this.busy = false;
    this.scale = 1;
    this.picked = null; // {array, index, look, caption} where another panel chose a picture for this one
    this.marked = null; // the box of a picture that was chosen here
    this.picks = [];
    this.picker = null; // the one of them whose picture is shown
    this.edit = this.seek = null;
    this.next = null; // the spec that `update` is to put up; until then the old picture stays
    this.drawn = {at: -Infinity, cost: 0};
    this.#build();
  }

  #build() {
    this.node = element('section', {class: 'pg-panel'});
    this.head = this.node.appendChild(element('header', {class: 'pg-panel-head'}));
    this.title = this.head.appendChild(element('h3'));
    this.caption = this.head.appendChild(element('p', {class: 'pg-caption', 'aria-live': 'polite', hidden: ''}));
    this.tools = this.head.appendChild(element('div', {class: 'pg-tools'}));
    this.logTool = this.#tool('log', 'Logarithmic axis', () => this.toggleLog());
    this.discreteTool = this.#tool('discrete', 'Discrete colours', () => this.toggleDiscrete());
    this.#tool('picture', 'Save as PNG', () => this.player.savePicture(this));
    this.plot = this.node.appendChild(element('div', {class: 'pg-plot', role: 'img'}));
    this.canvas = element('canvas', {'aria-hidden': 'true'});
  }

  #tool(icon, label, act) {
    const button = element('button', {type: 'button', class: 'pg-tool', 'aria-label': label, title: label});
    button.innerHTML = icons[icon];
    button.addEventListener('click', act);
    return this.tools.appendChild(button);
  }

  /** Puts another spec (and a moment) on the same chart; zoom, legend and display options stay. */
  async restage(spec, recording, i) {
    this.spec = spec;
    this.next = null;
    this.painted = null; // the arrays of another spec's bindings
    this.under = spec.bindings.filter(isUnder);
    this.editable = spec.bindings.some((b) => b.kind === 'edit');
    this.title.textContent = spec.layout.title?.text ?? '';
    introduce(this.plot, spec);
    this.introduction = this.plot.getAttribute('aria-label');
    this.log = this.log && spec.log;
    this.logTool.hidden = !spec.log;
    this.discreteTool.hidden = !this.under.some((b) => b.kind === 'tiles' && ['diverging', 'classes'].includes(b.scale));
    await this.redraw(recording, i);
    this.#equip();
  }

  /** Lets visitors' hands on the panel: pictures to pick, a gesture to make. */
  #equip() {
    const {player, spec} = this;
    for (const pick of this.picks) pick.remove();
    const find = (name) => player.stage.parts.get(name);
    this.picks = spec.bindings.filter((b) => b.kind === 'pick').map((b) => new Pick(this, b, find));
    this.weigh?.remove();
    const weigh = spec.bindings.find((b) => b.kind === 'weigh' && player.hooks.edit);
    this.weigh = weigh ? new Weigh(this, weigh, (knob, text) => player.edited(knob, text)) : null;
    this.seek?.remove();
    const seek = spec.bindings.find((b) => b.kind === 'seek');
    this.opens?.remove();
    this.opens = this.#opener(spec);
    this.seek = seek ? new Seek(this, seek) : null;
    const edit = spec.bindings.find((b) => b.kind === 'edit');
    if (this.edit && edit?.gesture === this.edit.binding.gesture) {
      this.edit.restage(edit);
      return;
    }
    this.edit?.remove();
    this.edit = edit ? new Edit(this, edit, (knob, text) => player.edited(knob, text)) : null;
  }

  /** What a click on a point or a box leads to: a page, or a knob's value; null where there is nothing of the kind. */
  #opener({bindings}) {
    const {player, player: {hooks}} = this;
    const opens = hooks.open && bindings.find((b) => b.kind === 'open');
    if (opens) return new Open(this, opens, hooks.open);
    const chooses = hooks.edit && bindings.find((b) => b.kind === 'choose');
    const choose = (text) => player.edited(chooses.knob, text);
    return chooses ? new Open(this, {...chooses, links: chooses.values}, choose, 'click chooses it') : null;
  }

  /** The whole chart anew (its nodes stay): after a new spec, new ghosts or another display option. */
  async redraw(recording, i) {
    const {Plotly} = this.player;
    this.recording = recording;
    this.seen = new Map();
    this.beside = this.#hasRoomBeside();
    this.scale = this.#fitting;
    this.plotted = plotted(this.spec, this.log);
    const options = {
      seen: this.seen, ghosts: this.player.pins.ghosts, named: this.plot.clientHeight > ROOMY,
      look: {...theme(this.node), scale: this.scale, least: this.player.scale > 1 ? LEGIBLE : 0},
      log: this.log, fixed: this.editable || this.player.touch, beside: this.beside,
    };
    const whole = figure(this.spec, recording, i, options);
    this.room = this.#size;
    const layout = fitted(whole, this.room, options.look);
    forgetRanges(this.plot);
    await this.#alone(() => (this.plot._fullLayout ? Plotly.react : Plotly.newPlot)(this.plot, whole.data, layout, CONFIG));
    this.#lay();
    this.painted = null;
    if (i >= 0) this.paint(recording, i);
  }

  get #size() {
    return {width: this.plot.clientWidth, height: this.plot.clientHeight};
  }

  /** Whether a square picture leaves room for a legend at its side. */
  #hasRoomBeside = () => this.plot.clientWidth > LEGEND_WIDTH + this.plot.clientHeight;

  /** How many times as large its words are: a picture made for a wider screen than this has smaller ones. */
  get #fitting() {
    const {spec: {fit}, plot, player} = this;
    const room = fit ? plot.clientWidth / (fit * player.scale) : 1;
    return player.scale * Math.max(SMALLEST, Math.min(1, room));
  }

  /** Adds a sentence on the moment to what the chart is called. */
  describe(sentence) {
    if (this.introduction) this.plot.setAttribute('aria-label', `${this.introduction} ${sentence}`.trim());
  }

  /** Runs one Plotly call, and notes what it cost; `busy` keeps the others away meanwhile. */
  async #alone(call) {
    const start = performance.now();
    this.busy = true;
    try {
      await call();
    } finally {
      this.busy = false;
      const now = performance.now();
      this.drawn = {at: now, cost: now - start};
    }
  }

  #lay() {
    if (this.canvas.parentElement) return;
    const container = this.plot.querySelector('.svg-container');
    container.insertBefore(this.canvas, container.firstChild);
    for (const event of ['plotly_afterplot', 'plotly_relayouting']) this.plot.on(event, () => this.#settle());
  }

  /** Follows the plot area, wherever Plotly has put it. */
  #settle() {
    trueMinus(this.plot);
    this.repaint();
    this.edit?.place();
  }

  /** Brings the chart to frame i, unless it is to rest; true where that took a Plotly call. */
  update(recording, i, now, playing) {
    const rest = playing ? Math.min(LONGEST_REST, REST * this.drawn.cost) : 0;
    if (this.busy) return false;
    if (this.next) {
      this.restage(this.next, recording, i).catch(console.error);
      return true;
    }
    if (now < this.drawn.at + rest) return false;
    if (recording !== this.recording) this.seen = new Map();
    this.recording = recording;
    const change = patch(this.plotted, recording, i, this.seen);
    if (!change) return false;
    const {Plotly} = this.player;
    const call = change.traces.length
      ? () => Plotly.update(this.plot, change.data, change.layout, change.traces)
      : () => Plotly.relayout(this.plot, change.layout);
    this.#alone(call).catch(console.error);
    return true;
  }

  /** Paints what lies under the chart at frame i, where it is not painted already. */
  paint(recording, i) {
    if (!this.under.length || this.next) return;
    const shown = this.under.map((b) => shownArrays(this, b, recording, i));
    if (this.painted?.every((arrays, k) => arrays.every((array, j) => array === shown[k][j]))) return;
    this.painted = shown;
    this.repaint();
  }

  /** Paints the same again: after a zoom, a resize or another choice of colours. */
  repaint() {
    const area = this.painted && plotArea(this.plot);
    if (!area) return;
    const ratio = devicePixelRatio;
    const [width, height] = [Math.round(area.width * ratio), Math.round(area.height * ratio)];
    const {canvas} = this;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height});
    canvas.style.cssText = `left:${area.left}px;top:${area.top}px;width:${area.width}px;height:${area.height}px`;
    const context = canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, area.width, area.height);
    this.paintOn(context, area);
    if (this.marked) this.#outline(context, boxPixels(area, this.marked));
  }

  #outline(context, {left, top, width, height}) {
    Object.assign(context, {strokeStyle: theme(this.node).text, lineWidth: 2});
    context.strokeRect(left - 1, top - 1, width + 2, height + 2);
  }

  /** Marks a box of this panel as the one chosen; null marks none. */
  mark(box) {
    this.marked = box;
    this.repaint();
  }

  /** Shows a picture of another panel large in place of its own; null shows its own again. */
  pick(picked) {
    this.picked = picked;
    this.painted = null;
    this.caption.hidden = !picked;
    write(this.caption, picked?.caption ?? '');
  }

  /** An array at the moment shown. */
  shownArray(name) {
    return this.recording?.array(name, this.player.index);
  }

  /** The array of that name in the newest frame; undefined where no frame holds it. */
  newest(name) {
    return this.recording?.array(name, this.recording.length - 1);
  }

  /** The binding that shows what another panel chose. */
  get firstTiles() {
    return this.under.find((b) => b.kind === 'tiles');
  }

  /** Paints the canvas part on any context whose origin is the plot area's corner. */
  paintOn(context, area) {
    this.under.forEach((b, k) => paintUnder(this, context, this.painted[k], b, area));
  }

  toggleLog() {
    this.log = !this.log;
    this.logTool.setAttribute('aria-pressed', this.log);
    return this.player.redraw(this);
  }

  toggleDiscrete() {
    this.discrete = !this.discrete;
    this.discreteTool.setAttribute('aria-pressed', this.discrete);
    this.repaint();
  }

  /** Takes the page's new colours. */
  retheme() {
    return this.player.Plotly.relayout(this.plot, redressed(theme(this.node)));
  }

  /** Takes the size that it has now; Plotly refuses a chart without one. */
  async resize() {
    if (!this.plot._fullLayout || !this.plot.offsetWidth) return;
    const {width, height} = this.#size;
    if (width !== this.room.width || height !== this.room.height) await this.player.redraw(this);
    await this.player.Plotly.Plots.resize(this.plot);
  }

  remove() {
    for (const pick of this.picks) pick.remove();
    for (const hand of [this.seek, this.edit, this.weigh, this.opens]) hand?.remove();
    this.player.Plotly?.purge(this.plot);
    this.node.remove();
  }
}
