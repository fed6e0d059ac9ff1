/** Formulas whose cells hold the moment's numbers. */

import {element, write} from './dom.js';
import {numeral} from './readouts.js';

export class Maths {
  constructor(root) {
    this.node = root.appendChild(element('details', {class: 'pg-maths'}));
    this.node.append(element('summary', {}, 'The maths'), element('div'));
    this.node.addEventListener('toggle', () => this.#write());
    this.formulas = [];
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
    this.formulas = blocks.map((block) => ({block, cells: [...block.querySelectorAll('[data-metric]')]}));
  }

  /** Writes frame i's metrics into the cells. */
  show(recording, i) {
    this.moment = {recording, i};
    this.#write();
  }

  /** A formula is left out while none of its numbers has been measured. */
  #write() {
    if (!this.node.open || !this.moment) return;
    const {recording, i} = this.moment;
    const ever = ({dataset: {metric}}) => [i, recording.length - 1].some((k) => recording.metric(metric, k) !== undefined);
    for (const {block, cells} of this.formulas) {
      block.hidden = cells.length > 0 && !cells.some(ever);
      for (const cell of cells) write(cell, numeral(recording.metric(cell.dataset.metric, i)));
    }
  }
}
