/** The stage: panels and tables in their grid, kept by name from one run to the next. */

import {Colours} from './colours.js';
import {inWords} from './describe.js';
import {element} from './dom.js';
import {Panel} from './panel.js';
import {Table} from './table.js';
import {theme} from './theme.js';

/** Where each part goes in a grid without holes, as words of the style sheet.
 *
 * main: the dominant picture. side: at its right (two of them, or one as tall as it). broad: a table under the main
 * one, with a side under the sides. pair: two in a row. wide: a row of its own.
 */
export function places(specs) {
  const main = specs.find((spec) => spec.size === 'main');
  const sides = main ? specs.filter((spec) => spec.size === 'half').slice(0, 2) : [];
  const rest = specs.filter((spec) => spec !== main && spec.size !== 'wide' && !sides.includes(spec));
  const place = new Map(rest.map((spec, k) => [spec, couple(spec, rest[k ^ 1])]));
  for (const spec of sides) place.set(spec, sides.length === 1 ? 'side tall' : 'side');
  if (main) place.set(main, sides.length ? 'main' : 'wide main');
  return specs.map((spec) => place.get(spec) ?? 'wide');
}

function couple(spec, other) {
  if (!other) return 'wide';
  if (spec.part === other.part) return 'pair';
  return spec.part === 'table' ? 'broad' : 'side';
}

export class Stage {
  constructor(root, player) {
    this.player = player;
    this.node = root.appendChild(element('div', {class: 'pg-stage'}));
    this.parts = new Map();
    this.specs = [];
    this.turn = 0;
  }

  get panels() {
    return [...this.parts.values()].filter((part) => part instanceof Panel);
  }

  get tables() {
    return [...this.parts.values()].filter((part) => part instanceof Table);
  }

  /** Whether the same parts would stay. */
  keeps(specs) {
    return this.specs.length === specs.length && specs.every((spec) => this.parts.has(spec.name));
  }

  /** Puts up parts at frame i of a recording: nodes stay where a name stays, charts where their spec stays.
   *
   * Of charts that are there already only the main one is awaited; the others follow one by one, as `show` draws them.
   */
  async restage(specs, palette, recording, i) {
    this.palette = palette;
    this.#recolour();
    const old = new Map(this.specs.map((spec) => [spec.name, JSON.stringify(spec)]));
    const names = new Set(specs.map((spec) => spec.name));
    for (const [name, part] of this.parts) if (!names.has(name)) this.#drop(name, part);
    const changed = specs.filter((spec) => old.get(spec.name) !== JSON.stringify(spec));
    this.specs = specs;
    this.#place(specs);
    this.#fit();
    for (const spec of changed) {
      const part = this.parts.get(spec.name);
      if (spec.size !== 'main' && part.plot?._fullLayout) part.next = spec;
      else await part.restage(spec, recording, i);
    }
  }

  /** Tells the style sheet how much lies above, so that on stage the main part is whole on the screen. */
  #fit() {
    const scrolled = this.node.closest('[data-testid=stMain]')?.scrollTop ?? scrollY;
    this.node.style.setProperty('--above', `${Math.round(this.node.getBoundingClientRect().top + scrolled)}px`);
  }

  #recolour() {
    this.player.colours = new Colours(this.palette, theme(this.node).dark);
  }

  #drop(name, part) {
    part.remove();
    this.parts.delete(name);
  }

  #place(specs) {
    const spots = places(specs);
    const parts = specs.map((spec) => this.parts.get(spec.name) ?? this.#make(spec));
    parts.forEach((part, k) => (part.node.dataset.place = spots[k]));
    const nodes = parts.map((part) => part.node);
    if (nodes.some((node, k) => this.node.children[k] !== node)) this.node.append(...nodes);
    this.parts = new Map(specs.map((spec, k) => [spec.name, parts[k]]));
  }

  #make(spec) {
    const part = spec.part === 'table' ? new Table(spec.name, this.player.hooks) : new Panel(this.player, spec.name);
    this.parts.set(spec.name, part);
    return part;
  }

  /** Draws frame i: canvases and tables at once, at most one Plotly call, panels in turn; none where charts wait. */
  show(recording, i, now, playing, waits = false) {
    const {panels} = this;
    for (const panel of panels) panel.paint(recording, i);
    for (const table of this.tables) table.show(recording, i);
    if (waits) return;
    for (let k = 0; k < panels.length; k++) {
      const at = (this.turn + k) % panels.length;
      if (!panels[at].update(recording, i, now, playing)) continue;
      this.turn = at + 1;
      return;
    }
  }

  /** Tells in words what the panels show at frame i. */
  describe(readouts, recording, i, moment) {
    for (const panel of this.panels) panel.describe(inWords(panel.spec, readouts, recording, i, moment));
  }

  /** Draws anew, at frame i, the panels with curves: the pinned runs' ghosts have changed. */
  async redrawCurves(recording, i) {
    for (const panel of this.panels) {
      if (panel.spec.bindings.some((b) => b.kind === 'extend')) await panel.redraw(recording, i);
    }
  }

  /** Whether a picture is held large that Escape lets go. */
  get picking() {
    return this.panels.some((panel) => panel.picker?.kept);
  }

  /** Lets go of every picture that was picked. */
  release() {
    for (const panel of this.panels) for (const pick of panel.picks) pick.release();
  }

  async resize() {
    this.#fit();
    for (const panel of this.panels) await panel.resize();
  }

  retheme() {
    this.#recolour();
    for (const panel of this.panels) panel.retheme();
  }

  remove() {
    for (const [name, part] of this.parts) this.#drop(name, part);
  }
}
