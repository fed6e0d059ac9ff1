/** Where frames come from: a WebSocket that acknowledges what it has decoded, or bytes inside the page. */

import {awaitServer, isAway, renew} from './away.js';
import {split} from './wire.js';

const SHORTEST = 250; // milliseconds before the first new attempt
const LONGEST = 8000;
const SWITCHED = 4000; // tells the server that this run is no longer wanted
const CONNECTING = 0; // of a WebSocket: until it is open a close carries no code
const SILENT = ['waiting', 'new', 'lost']; // states in which no frame was on its way
const REFUSED = 1008; // the server will not have this socket, whatever we try
const UNKNOWN = 'unknown'; // because it is not the server that gave us the address

export class Source {
  /** Fills the recording from the socket at `path` and calls `changed` after every message. */
  constructor(path, recording, changed = () => {}) {
    this.path = path;
    this.recording = recording;
    this.changed = changed;
    this.wait = SHORTEST;
    this.closed = false;
    this.#open();
  }

  #open() {
    const origin = location.origin.replace(/^http/, 'ws');
    this.socket = new WebSocket(`${origin}${this.path}?have=${this.recording.length}`);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onmessage = ({data}) => this.#take(data);
    this.socket.onclose = (event) => this.#lost(event);
  }

  #take(data) {
    if (this.closed) return;
    this.wait = SHORTEST;
    if (typeof data === 'string') {
      this.#hear(JSON.parse(data));
    } else {
      for (const frame of split(data)) this.recording.push(frame);
      this.#runs();
      this.socket.send(String(this.recording.length));
    }
    this.changed();
  }

  /** A run's state; that the server goes down is the page's affair, not the run's. */
  #hear(status) {
    if (status.state === 'leaving') awaitServer(this.path);
    else this.recording.status = status;
  }

  /** Frames may come before the server's first word. */
  #runs() {
    const {status} = this.recording;
    if (SILENT.includes(status.state)) this.recording.status = {...status, state: 'running'};
  }

  #lost({code, reason}) {
    if (this.closed || (reason === UNKNOWN && renew())) return;
    if (['done', 'failed'].includes(this.recording.status.state)) return;
    if (code === REFUSED) {
      this.recording.status = {state: 'failed', error: reason || 'The server refused this run. Reload the page.'};
    } else {
      this.recording.status = {...this.recording.status, state: 'lost'};
      if (!isAway()) this.timer = setTimeout(() => this.#open(), this.wait);
      this.wait = Math.min(LONGEST, 2 * this.wait);
    }
    this.changed();
  }

  /** Ends it; `switched` says that another run took its place, so that the server may stop this one at once. */
  close({switched = false} = {}) {
    this.closed = true;
    clearTimeout(this.timer);
    const {socket} = this, code = switched ? SWITCHED : 1000;
    if (socket.readyState === CONNECTING) socket.onopen = () => socket.close(code);
    else socket.close(code);
  }
}

/** The bytes behind a base64 text of gzip. */
export async function unpacked(text) {
  const packed = Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}

/** Fills a recording at once from the bytes of all its frames. A run that went on is `saved`: no more will come. */
export function fill(recording, buffer, status = {state: 'done'}) {
  for (const frame of split(buffer)) recording.push(frame);
  recording.status = {...status, frames: recording.length};
  if (!recording.over) recording.status.state = 'saved';
}
