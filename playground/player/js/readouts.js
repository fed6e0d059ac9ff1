/** The metrics of the moment in large figures. */

import {element, write} from './dom.js';

/** A metric in its style (number, percent or count); a dash where it was not measured. */
export function readable(value, style = 'number') {
  if (value === undefined) return '–';
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '−∞' : '∞';
  const minus = (text) => text.replaceAll('-', '−');
  if (style === 'percent') return `${minus((100 * value).toFixed(1))}\u202f%`;
  if (style === 'count') return minus(Math.round(value).toLocaleString('en'));
  return minus(significant(value, 3));
}

/** A metric in a sentence: a whole number without decimals. */
export function numeral(value) {
  return readable(value, Number.isInteger(value) ? 'count' : 'number');
}

/** A number in so many significant digits; very small and very large ones with an exponent. */
export function significant(value, digits) {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 1e-3 || size >= 1e6) return value.toExponential(digits - 1).replace('e+', 'e');
  return value.toFixed(Math.max(0, digits - 1 - Math.floor(Math.log10(size))));
}

export class Readouts {
  constructor(root) {
    this.node = root.appendChild(element('dl', {class: 'pg-readouts'}));
    this.cells = [];
  }

  /** Puts up the read-outs of a stage: [{metric, title, style}]. */
  restage(specs) {
    this.node.hidden = !specs.length;
    this.cells = specs.map((spec) => ({...spec, node: element('dd')}));
    this.node.replaceChildren(...this.cells.map(({title, node}) => element('div', {}, element('dt', {}, title), node)));
  }

  /** Writes frame i's metrics; one that this run does not measure is left out. */
  show(recording, i) {
    for (const {metric, style, node} of this.cells) {
      const value = recording.metric(metric, i);
      node.parentElement.hidden = value === undefined && recording.metric(metric, 0) === undefined;
      write(node, readable(value, style));
    }
  }
}
