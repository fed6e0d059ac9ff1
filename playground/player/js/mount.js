/** The faces that Streamlit calls: one player and one head for each place on the page, kept over reruns. */

import {audience, pageAddress, visit, withItem} from './address.js';
import {qrDialog} from './dialogs.js';
import {element} from './dom.js';
import {Head} from './head.js';
import {Overview} from './overview.js';
import {Player} from './player.js';
import {Presenter} from './presenter.js';
import {registry} from './registry.js';

const LEAVING = 3000; // milliseconds for which a page that was asked for may not be there yet

const players = new WeakMap();
const others = new WeakMap(); // heads, and what a talk's page shows

let left = -Infinity; // when a link was followed that the page has not answered yet
addEventListener('click', ({target}) => {
  if (target.closest?.('a[href]:not([target=_blank])')) left = performance.now();
}, true);

/** Makes the player at its first call and gives it the data at every call; the result takes it away. */
export function mount({parentElement, data, setTriggerValue}) {
  if (!players.has(parentElement)) players.set(parentElement, newPlayer(parentElement, setTriggerValue));
  const player = players.get(parentElement);
  if (data.socket !== player.data?.socket) left = -Infinity;
  player.show(data);
  return () => {
    players.delete(parentElement);
    registry.remove(player);
    player.close();
  };
}

function newPlayer(parent, fire) {
  const hooks = {
    ended: (socket, frames) => {
      if (performance.now() - left > LEAVING) fire('ended', {socket, frames}); // else it would call the old page back
    },
    edit: (knob, value, step, i) => fire('edit', {knob, value, step, i}),
    branch: (moment) => fire('branch', {...moment, socket: player.run.data.socket}),
    pin: (change) => fire('pin', change),
    open: openPage,
    moment: writeMoment,
    qr: () => showCode(player),
    preset: (number) => document.querySelector(['on', 'off'].map((is) => `.st-key-preset-${is}-${number - 1} a`))?.click(),
  };
  const player = new Player(parent.appendChild(element('div')), {hooks});
  registry.add(player);
  window.playground = {get player() { return registry.player ?? player; }};
  return player;
}

/** The QR code of the moment, full screen; the same key closes it. */
function showCode(player) {
  const open = document.querySelector('.pg-full');
  if (open) return open.close();
  const node = player.root.appendChild(qrDialog(player.data));
  node.addEventListener('keydown', ({key}) => key.toLowerCase() === 'q' && node.close());
  return node.showModal();
}

/** The page's head: {title, sentence, question, presenting, embedded, walk}. */
export const mountHead = (component) => mountOther(component, Head);

/** A talk's checked list: {talk, whole, text}. */
export const mountTalk = (component) => mountOther(component, Overview);

/** The presenter's view of a talk: {talk}. */
export const mountPresenter = (component) => mountOther(component, Presenter);

/** Makes a part of the page at its first call and gives it the data at every call; the result takes it away. */
function mountOther({parentElement, data}, Kind) {
  if (!others.has(parentElement)) others.set(parentElement, new Kind(parentElement.appendChild(element('div'))));
  const one = others.get(parentElement);
  one.show(data);
  return () => {
    others.delete(parentElement);
    one.close();
    parentElement.replaceChildren();
  };
}

/** Goes to a page of this app; the browser's Back leads here again. */
function openPage(link) {
  const address = pageAddress(link, location.href);
  if (address) visit(address);
}

/** Puts the frame at which the player rests into the address; nothing runs again. */
function writeMoment(i) {
  const address = withItem(location.href, 't', i === null || i < 0 ? null : i);
  if (address !== location.href) history.replaceState(history.state, '', address);
}
