/** The page's head: title, sentence, question, and at the right Share, Code and Present; on stage title and a way out. */

import {withItem} from './address.js';
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
    this.tools = root.appendChild(element('div', {class: 'pg-page-tools'}));
  }

  #equip(presenting) {
    const go = (value) => location.assign(withItem(location.href, 'present', value));
    const code = this.script === '' ? [] : [this.#button('code', 'Code', () => this.#code())];
    if (this.script !== null) return code;
    if (presenting) return [this.#button('close', '', () => go(null), 'Leave the stage')];
    return [
      this.#button('share', 'Share', () => this.#share()), ...code, this.#button('present', 'Present', () => go(1)),
    ];
  }

  #button(icon, label, act, name = label) {
    const button = element('button', {type: 'button', 'aria-label': name});
    button.innerHTML = icons[icon];
    button.append(label);
    button.addEventListener('click', act);
    return button;
  }

  /** Shows {title, sentence, question}; while `presenting` the title alone. */
  show({title, sentence, question, presenting = false}) {
    this.root.classList.toggle('pg-talk', presenting);
    if (presenting !== this.presenting) this.tools.replaceChildren(...this.#equip(presenting));
    this.presenting = presenting;
    const lines = [element('h1', {}, title)];
    if (presenting) sentence = question = '';
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
