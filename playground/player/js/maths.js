/** Formulas whose cells hold the moment's numbers. */

import {element, write} from './dom.js';
import {readable} from './readouts.js';

export class Maths {
  constructor(root) {
    this.node = root.appendChild(element('details', {class: 'pg-maths'}));
    this.node.append(element('summary', {}, 'The maths'), element('div'));
  }

  /** Puts up the formulas of a stage: [{sentence, mathml}]. */
  restage(formulas) {
    this.node.hidden = !formulas.length;
    const blocks = formulas.map(({sentence, mathml}) => {
      const formula = element('div', {class: 'pg-formula'});
      formula.innerHTML = mathml;
      return element('figure', {}, element('figcaption', {}, sentence), formula);
    });
    this.node.lastChild.replaceChildren(...blocks);
    this.cells = [...this.node.querySelectorAll('[data-metric]')];
  }

  /** Writes frame i's metrics into the cells. */
  show(recording, i) {
    if (!this.node.open) return;
    for (const cell of this.cells ?? []) write(cell, readable(recording.metric(cell.dataset.metric, i)));
  }
}
