/** What the page does while its server is down: it says so, and loads anew once a server answers. */

import {element} from './dom.js';

const GOING = 'The server is going down: the page reconnects when it is back.';
const SOONEST = 1000; // milliseconds before the first question
const LATEST = 4000; // and between two, at most
const RENEWED = 20000; // milliseconds in which a page does not load anew twice
const NOTE = 'playground-renewed';

let sign = null;

export const isAway = () => Boolean(sign);

/** Says that the server goes down and waits for it, `path` being any run's. */
export function awaitServer(path) {
  if (sign) return;
  sign = document.body.appendChild(element('div', {class: 'pg-away', role: 'status'}, GOING));
  ask(path.replace(/run\/.*$/, 'health'), SOONEST);
}

/** Pages of many visitors do not all ask at the same moment. */
function ask(address, wait) {
  setTimeout(async () => {
    const answer = await fetch(address, {cache: 'no-store'}).catch(() => null);
    if (answer?.ok) location.reload();
    else ask(address, Math.min(LATEST, 2 * wait));
  }, wait * (0.5 + Math.random()));
}

/** Loads the page anew, since its server has other addresses now; false where that was done just before. */
export function renew() {
  try {
    if (Date.now() - Number(sessionStorage.getItem(NOTE)) < RENEWED) return false;
    sessionStorage.setItem(NOTE, String(Date.now()));
  } catch {
    return false; // a page that may not remember could load for ever
  }
  location.reload();
  return true;
}
