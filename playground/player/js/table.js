/** Rows of text under the panels; a column may follow an array. */

import {element, write} from './dom.js';
import {readable, significant} from './readouts.js';
import {numbers} from './wire.js';

const FIGURE = /^[\d.,−–-]*$/; // a column of such texts stands to the right
const SHAPE = /^\([^()]*\)( → \([^()]*\))*$/; // such a text is never broken

export class Table {
  /** `hooks.open` goes to a page; without it rows lead nowhere. */
  constructor(name, hooks = {}) {
    Object.assign(this, {name, hooks});
    this.node = element('section', {class: 'pg-table'});
    this.watcher = new ResizeObserver(() => this.#reach());
  }

  /** Puts up the table's text. */
  restage({title, columns, rows, alt, bindings, links = []}) {
    this.bindings = bindings;
    this.written = new Map();
    const figures = (k) => bindings.some((b) => b.column === k) || rows.every((row) => FIGURE.test(row[k]));
    const kinds = columns.map((_, k) => (figures(k) ? 'pg-figure' : ''));
    const head = element('tr', {}, ...columns.map((name, k) => element('th', {scope: 'col', class: kinds[k]}, name)));
    this.rows = rows.map((row) => element('tr', {}, ...row.map((text, k) => element('td', {class: kinds[k] || shaped(text)}, text))));
    this.rows.forEach((row, k) => links[k] && this.hooks.open && this.#lead(row.cells[0], links[k]));
    const table = element('table', {'aria-label': alt}, element('thead', {}, head), element('tbody', {}, ...this.rows));
    this.scroll = element('div', {class: 'pg-scroll', role: 'group', 'aria-label': title}, table);
    this.node.replaceChildren(element('h3', {}, title), this.scroll);
    this.watcher.disconnect();
    for (const one of [this.scroll, table]) this.watcher.observe(one);
  }

  /** Lets the keyboard reach a table that scrolls. */
  #reach() {
    const {scrollWidth, clientWidth, scrollHeight, clientHeight} = this.scroll;
    const scrolls = scrollWidth > clientWidth || scrollHeight > clientHeight;
    if (scrolls) this.scroll.tabIndex = 0;
    else this.scroll.removeAttribute('tabindex');
  }

  /** Makes a cell's text a link. */
  #lead(cell, link) {
    const anchor = element('a', {href: link}, cell.textContent);
    anchor.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab or window, as the browser does it
      event.preventDefault();
      this.hooks.open(link);
    });
    cell.replaceChildren(anchor);
  }

  /** Writes the arrays of frame i. */
  show(recording, i) {
    for (const b of this.bindings) {
      const array = recording.array(b.array, i);
      if (!array || this.written.get(b) === array) continue;
      this.written.set(b, array);
      const values = numbers(array);
      this.rows.forEach((row, k) => {
        if (k < values.length) write(row.cells[b.column], cell(values[k], b.digits));
      });
    }
  }

  remove() {
    this.watcher.disconnect();
    this.node.remove();
  }
}

function shaped(text) {
  return SHAPE.test(text) ? 'pg-shape' : '';
}

function cell(value, digits) {
  if (Number.isNaN(value)) return '–';
  return Number.isFinite(value) ? significant(value, digits).replaceAll('-', '−') : readable(value);
}
