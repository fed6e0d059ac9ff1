/** The page's head: title, sentence, question, and at the right Share and Code. */

import {codeDialog, fetched, shareDialog} from './dialogs.js';
import {element} from './dom.js';
import {icons} from './icons.js';
import {registry} from './registry.js';

export class Head {
  /** `script` is the text of the code where the page holds it itself; such a page has no address to share. */
  constructor(root, {script = null} = {}) {
    this.root = root;
    this.script = script;
    root.classList.add('pg-page-head');
    this.words = root.appendChild(element('div'));
    const tools = root.appendChild(element('div', {class: 'pg-page-tools'}));
    if (script === null) tools.append(this.#button('share', 'Share', () => this.#share()));
    if (script !== '') tools.append(this.#button('code', 'Code', () => this.#code()));
  }

  #button(icon, label, act) {
    const button = element('button', {type: 'button'});
    button.innerHTML = icons[icon];
    button.append(label);
    button.addEventListener('click', act);
    return button;
  }

  /** Shows {title, sentence, question}. */
  show({title, sentence, question}) {
    const lines = [element('h1', {}, title)];
    if (sentence) lines.push(element('p', {}, sentence));
    if (question) lines.push(element('p', {class: 'pg-question'}, question));
    this.words.replaceChildren(...lines);
  }

  #open(dialog) {
    this.root.append(dialog);
    dialog.showModal();
  }

  #share() {
    const {player} = registry;
    if (player) this.#open(shareDialog(player.data, player.moment));
  }

  #code() {
    const socket = registry.player?.data.socket;
    if (this.script) this.#open(codeDialog(Promise.resolve(this.script), []));
    else if (socket) {
      const files = [[`${socket}/script.py`, 'Download .py'], [`${socket}/script.ipynb`, 'Download .ipynb']];
      this.#open(codeDialog(fetched(files[0][0]), files));
    }
  }
}
