/** The stand-alone page: the recording lies in the page itself. */

import {Player} from './player.js';
import {unpacked} from './source.js';

const text = (id) => document.getElementById(id)?.textContent;

async function start() {
  const player = new Player(document.getElementById('playground'));
  window.playground = {player};
  const bytes = await unpacked(text('playground-recording'));
  const moment = text('playground-moment');
  player.show({stage: text('playground-stage'), bytes, t: moment ? Number(moment) : null});
}

start();
