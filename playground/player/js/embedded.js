/** The stand-alone page: the recording, its state, the script and the title lie in the page itself. */

import {element} from './dom.js';
import {Head} from './head.js';
import {Player} from './player.js';
import {unpacked} from './source.js';

const text = (id) => document.getElementById(id)?.textContent.trim() ?? '';

async function start() {
  const root = document.getElementById('playground');
  const head = new Head(root.appendChild(element('div')), {script: text('playground-script')});
  head.show({title: text('playground-title') || document.title, sentence: text('playground-sentence')});
  const player = new Player(root.appendChild(element('div')));
  window.playground = {player};
  const bytes = await unpacked(text('playground-recording'));
  const status = JSON.parse(text('playground-status'));
  const moment = text('playground-moment');
  player.show({stage: text('playground-stage'), bytes, status, t: moment ? Number(moment) : null});
}

start();
