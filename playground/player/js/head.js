/** The page's head: title, sentence, question, and at the right Share, Code and Present; on stage its talk's counter. */

import {audience, visit, withItem} from './address.js';
import {codeDialog, fetched, shareDialog} from './dialogs.js';
import {element} from './dom.js';
import {icons} from './icons.js';
import {Podium, leave} from './podium.js';
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

  #equip(presenting, embedded) {
    const code = this.script === '' ? [] : [this.#button('code', 'Code', () => this.#code())];
    if (this.script !== null) return code;
    if (presenting) return [this.#button('close', '', leave, 'Leave the stage (Escape)')];
    if (embedded) return [wayOut()];
    const go = () => visit(withItem(location.href, 'present', 1));
    return [this.#button('share', 'Share', () => this.#share()), ...code, this.#button('present', 'Present', go)];
  }

  #button(icon, label, act, name = label) {
    const button = element('button', {type: 'button', 'aria-label': name, ...(label ? {} : {title: name})});
    button.innerHTML = icons[icon];
    button.append(label);
    button.addEventListener('click', act);
    return button;
  }

  /** Shows {title, sentence, question}; on stage and in a frame the title alone, and the talk that `walk` is. */
  show({title, sentence, question, presenting = false, embedded = false, walk = null}) {
    const bare = presenting || embedded;
    this.root.classList.toggle('pg-talk', presenting);
    const state = `${presenting} ${embedded}`;
    if (state !== this.state) {
      this.close();
      this.tools.replaceChildren(...this.#equip(presenting, embedded));
    }
    this.state = state;
    const lines = [element('h1', {}, title)];
    if (sentence && !bare) lines.push(element('p', {}, sentence));
    if (question && !bare) lines.push(element('p', {class: 'pg-question'}, question));
    this.words.replaceChildren(...lines);
    if (presenting) this.podium ??= new Podium(this.tools);
    this.podium?.show(walk);
  }

  /** Lets go of what listens beyond the head's own nodes. */
  close() {
    this.podium?.close();
    this.podium = null;
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
    const {socket, reads} = registry.player?.data ?? {};
    if (this.script) this.#open(codeDialog(Promise.resolve(this.script), []));
    else if (socket) {
      const files = [[`${socket}/script.py`, 'Download .py'], [`${socket}/script.ipynb`, 'Download .ipynb']];
      this.#open(codeDialog(fetched(files[0][0]), files, reads));
    }
  }
}

/** The link from another page's frame to the page itself, at this moment. */
function wayOut() {
  const link = element('a', {target: '_blank', rel: 'noopener', href: audience(location.href)}, 'Open the whole playground');
  link.addEventListener('click', () => (link.href = audience(location.href)));
  return link;
}
