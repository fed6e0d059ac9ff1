/** The metrics of the moment in large figures. */

import {element, write} from './dom.js';

/** A metric in its style (number, percent or count); a dash where it was not measured. */
export function readable(value, style = 'number') {
  if (value === undefined) return '–';
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '−∞' : '∞';
  const minus = (text) => text.replace('-', '−');
  if (style === 'percent') return `${minus((100 * value).toFixed(1))} %`;
  if (style === 'count') return minus(Math.round(value).toLocaleString('en').replaceAll(',', ' '));
  return minus(significant(value, 3));
}

/** A number with so many significant digits, its zeros kept so that it does not jump in width. */
export function significant(value, digits) {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential(digits - 1).replace('e', '·10^').replace('^+', '^');
  const whole = size < 1 ? 1 : Math.floor(Math.log10(size)) + 1;
  return value.toFixed(Math.max(0, size < 1 ? digits : digits - whole));
}

export class Readouts {
  constructor(root) {
    this.node = root.appendChild(element('dl', {class: 'pg-readouts'}));
  }

  /** Puts up the read-outs of a stage: [{metric, title, style}]. */
  restage(specs) {
    this.node.hidden = !specs.length;
    this.cells = specs.map((spec) => ({...spec, node: element('dd')}));
    this.node.replaceChildren(...this.cells.map(({title, node}) => element('div', {}, element('dt', {}, title), node)));
  }

  /** Writes frame i's metrics. */
  show(recording, i) {
    for (const {metric, style, node} of this.cells ?? []) write(node, readable(recording.metric(metric, i), style));
  }
}
