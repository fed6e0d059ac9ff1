/** Helpers of the tests: a socket that does what a test says, and a player on the fake stage. */

/** Stands in for WebSocket; `FakeSocket.all` are those that were opened. */
class FakeSocket {
  static all = [];

  constructor(address) {
    Object.assign(this, {address, sent: []});
    FakeSocket.all.push(this);
  }

  send(text) {
    this.sent.push(text);
  }

  close(code) {
    this.closed = code;
  }

  give(data) {
    this.onmessage({data});
  }
}

async function bytes(...numbers) {
  return (await fetch(['/frames', ...numbers].join('-'))).arrayBuffer();
}

/** The frames of a run, one buffer each. */
async function frames(count, seed = 0) {
  const whole = await bytes(count, seed);
  const view = new DataView(whole);
  const parts = [];
  for (let at = 0; at < whole.byteLength; at += view.getUint32(at, true)) {
    parts.push(whole.slice(at, at + view.getUint32(at, true)));
  }
  return parts;
}

/** A player that shows a finished run of `count` frames; `log` takes what its hooks are told. */
async function play(count, data = {}, seed = 0) {
  const {Player} = await import('/js/player.js');
  const log = [];
  const hook = (name) => (...told) => log.push([name, ...told]);
  const hooks = Object.fromEntries(['ended', 'edit', 'pin', 'moment', 'open'].map((name) => [name, hook(name)]));
  const player = new Player(document.getElementById('root'), {hooks});
  const stage = await (await fetch('/stage.json')).text();
  player.show({stage, bytes: await bytes(count, seed), plotly: '/plotly.js', ...data});
  Object.assign(window, {player, log, stage});
  await until(() => player.shown >= 0);
  return player;
}

/** Waits until something holds. */
async function until(holds, milliseconds = 10000) {
  const end = performance.now() + milliseconds;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited in vain: ${holds}`);
    await new Promise(requestAnimationFrame);
  }
}

/** Whether every chart has its spec, and none is being drawn. */
function settled() {
  return !player.staging && player.stage.panels.every((one) => !one.next && !one.busy);
}

/** Leaves the page as it was opened. */
function reset() {
  window.player?.close();
  FakeSocket.all = [];
  Object.assign(window, {...own, player: null, log: []});
  document.body.removeAttribute('style');
  document.body.replaceChildren(Object.assign(document.createElement('div'), {id: 'root'}));
  document.activeElement?.blur();
  scrollTo(0, 0);
}

const own = {WebSocket: window.WebSocket, setTimeout: window.setTimeout};
Object.assign(window, {reset, FakeSocket, bytes, frames, play, until, settled, ready: true});
