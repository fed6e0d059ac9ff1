/** A talk as it was understood: its items, what was left out, and ways to start and to share it. */

import {pageAddress, visit} from './address.js';
import {copyButton} from './dialogs.js';
import {element} from './dom.js';
import {openPresenter} from './podium.js';

const CARRIED = 'This link carries the talk itself.';
const KEPT = 'This talk is too long for a link that carries it: its link works for as long as this server keeps the text.';

export class Overview {
  constructor(root) {
    this.root = root;
    root.classList.add('pg-overview');
  }

  /** Shows {talk, whole, text}: `whole` is the name that carries the text, empty where it does not fit in a link. */
  show({talk, whole, text}) {
    const {title, items, faults} = talk;
    const list = element('ol', {}, ...items.map(row));
    const wrong = element('ul', {class: 'pg-faults'}, ...faults.map((fault) => element('li', {dir: 'auto'}, fault)));
    const parts = [element('h2', {dir: 'auto'}, title)];
    if (items.length) parts.push(tools(talk, whole, text));
    if (faults.length) parts.push(wrong);
    parts.push(items.length ? list : element('p', {}, 'No line of this text is an item: write a link, then |, then a note.'));
    this.root.replaceChildren(...parts);
  }

  close() {}
}

function row({title, note, link}) {
  return element('li', {}, leading(element('a', {href: link}, title), link), element('p', {dir: 'auto'}, note));
}

/** An anchor that goes to its page without loading the app again. */
function leading(anchor, link) {
  anchor.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab or window, as the browser does it
    event.preventDefault();
    visit(pageAddress(link, location.href));
  });
  return anchor;
}

function tools({name, items}, whole, text) {
  const start = leading(element('a', {href: items[0].link, class: 'pg-start'}, 'Start'), items[0].link);
  const presenter = element('button', {type: 'button'}, 'Presenter’s view');
  presenter.addEventListener('click', () => openPresenter(name, 1));
  const address = () => pageAddress(`talk?talk=${whole || name}`, location.href);
  const file = URL.createObjectURL(new Blob([text], {type: 'text/plain'}));
  const save = element('a', {href: file, download: 'talk.txt'}, 'Save as a file');
  const copies = copyButton('Copy link', address);
  copies.title = whole ? CARRIED : KEPT;
  const bar = element('div', {class: 'pg-files'}, start, presenter, copies, save);
  return element('div', {}, bar, ...(whole ? [] : [element('p', {}, KEPT)]));
}
