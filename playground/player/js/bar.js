/** The player's bar: what moves through the recording, and what the run is doing. */

import {element, write} from './dom.js';
import {icons} from './icons.js';
import {numeral} from './readouts.js';

const SPEEDS = [0.25, 0.5, 1, 2, 4];
const HEADROOM = 1.25; // while a run grows the track is this much longer than what is recorded
const SHORTEST_TRACK = 120; // frames

const button = (act, label, inside) =>
  `<button type="button" data-act="${act}" aria-label="${label}" title="${label}">${inside}</button>`;
const speed = (value) => `<option value="${value}"${value === 1 ? ' selected' : ''}>${value}×</option>`;

const TEMPLATE = `
  <div class="pg-moves">
    ${button('start', 'To the start (Home)', icons.start)}
    ${button('back', 'Step back (left arrow)', icons.back)}
    <button type="button" data-act="play" class="pg-play"></button>
    ${button('next', 'Step forward (right arrow)', icons.next)}
  </div>
  <input type="range" class="pg-scrub" min="0" max="1" value="0" step="1" aria-label="Moment">
  <output class="pg-clock"></output>
  <div class="pg-options">
    <button type="button" data-act="live" class="pg-live" aria-pressed="false"
      title="Follow the run (End)"><i></i>Live</button>
    <select class="pg-speed" aria-label="Speed" title="Speed">${SPEEDS.map(speed).join('')}</select>
    <button type="button" data-act="branch" class="pg-branch" aria-pressed="false"
      title="A knob that may change mid-run then changes at the step shown, and training goes on">${icons.branch}Branch</button>
    <button type="button" data-act="pin" class="pg-pin"
      title="Keep this run's curves to compare">${icons.pin}Pin</button>
  </div>
  <span class="pg-status" role="status"></span>`;

export class Bar {
  /** Buttons call `player.act(name)`, the scrubber `player.seek(i)`. */
  constructor(root, player) {
    this.node = root.appendChild(element('div', {class: 'pg-bar', role: 'toolbar', 'aria-label': 'Player'}));
    this.node.innerHTML = TEMPLATE;
    const find = (name) => this.node.querySelector(`.pg-${name}`);
    [this.play, this.scrub, this.clock, this.live] = ['play', 'scrub', 'clock', 'live'].map(find);
    [this.speed, this.branch, this.pin, this.status] = ['speed', 'branch', 'pin', 'status'].map(find);
    this.node.addEventListener('click', ({target}) => {
      const act = target.closest?.('[data-act]')?.dataset.act;
      if (act) player.act(act);
    });
    this.scrub.addEventListener('input', () => player.seek(Number(this.scrub.value)));
    this.speed.addEventListener('change', () => player.act('speed', Number(this.speed.value)));
  }

  /** Shows frame i of a recording. `word` is what a step is called here; `status` is that of the newest run;
   * `pin` whether it can be kept: free, full or none; `branch` whether it branches, null where it cannot. */
  show({recording, clock, i, word, status, pin, branch = null}) {
    const step = i < 0 ? '' : stand(recording, i, word);
    this.node.hidden = recording.over && recording.length === 1;
    this.#track(recording, i, step);
    this.#toggle(clock.playing);
    this.live.setAttribute('aria-pressed', clock.live);
    this.branch.hidden = branch === null;
    this.branch.setAttribute('aria-pressed', Boolean(branch));
    this.pin.hidden = pin === 'none';
    this.pin.disabled = pin === 'full';
    write(this.clock, step);
    write(this.status, sentence(status));
    this.status.dataset.state = status.state;
  }

  /** Chooses the next speed up or down. */
  shiftSpeed(by) {
    const options = this.speed.options;
    this.speed.selectedIndex = Math.max(0, Math.min(this.speed.selectedIndex + by, options.length - 1));
    this.speed.dispatchEvent(new Event('change'));
  }

  #track(recording, i, step) {
    const last = Math.max(0, recording.length - 1);
    const end = Math.max(1, recording.over ? last : Math.max(SHORTEST_TRACK, Math.round(HEADROOM * last)));
    const {scrub} = this;
    scrub.max = end;
    scrub.value = Math.max(0, i);
    scrub.disabled = !recording.length;
    scrub.setAttribute('aria-valuetext', step);
    scrub.style.setProperty('--at', Math.max(0, i) / end);
    scrub.style.setProperty('--have', last / end);
  }

  #toggle(playing) {
    if (this.playing === playing) return;
    this.playing = playing;
    this.play.innerHTML = icons[playing ? 'pause' : 'play'];
    this.play.title = playing ? 'Pause (space)' : 'Play (space)';
    this.play.setAttribute('aria-label', playing ? 'Pause' : 'Play');
  }
}

/** Where frame i stands: the metric that the clock is named after; its step in a frame that has none. */
function stand(recording, i, word) {
  const value = recording.metric(word, i);
  return value === undefined ? `step ${numeral(recording.frames[i].step)}` : `${word} ${numeral(value)}`;
}

/** What a run is doing, in a few words; what went wrong, in its own sentence. */
export function sentence({state, place, device, seconds, error}) {
  const where = device ? ` on ${device}` : '';
  const words = {
    new: 'starting', waiting: 'connecting', lost: 'reconnecting',
    queued: `queued, place ${place ?? 1}`, running: `running${where}`,
    done: seconds ? `ran ${seconds.toFixed(1)} s${where}` : 'done', stopped: 'stopped before its end',
    saved: 'saved while the run went on',
  };
  return error || (words[state] ?? state);
}
