/** Share and Code: what a visitor takes away. */

import {audience, shareable, withItem} from './address.js';
import {element} from './dom.js';
import {icons} from './icons.js';

const THANKS = 1500; // milliseconds that a copy button says so

/** A dialog with a title and a way out: Escape, its button, or a click beside it. */
function dialog(title, ...content) {
  const close = element('button', {type: 'button', class: 'pg-close', 'aria-label': 'Close'});
  close.innerHTML = icons.close;
  const head = element('header', {}, element('h2', {}, title), close);
  const node = element('dialog', {class: 'pg-dialog', 'aria-label': title}, element('div', {}, head, ...content));
  close.addEventListener('click', () => node.close());
  node.addEventListener('click', ({target}) => target === node && node.close());
  node.addEventListener('close', () => node.remove());
  return node;
}

/** Copies a text also where the page is not served securely and the clipboard's own interface is missing. */
async function copy(text, near) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = element('textarea', {readonly: '', class: 'pg-unseen'});
  area.value = text;
  near.after(area);
  area.select();
  document.execCommand('copy');
  area.remove();
  return near.focus();
}

/** A button that copies what `text()` gives. */
export function copyButton(label, text) {
  const button = element('button', {type: 'button'});
  const say = (words) => {
    button.innerHTML = icons.copy;
    button.append(words);
  };
  button.addEventListener('click', async () => {
    await copy(text(), button);
    say('Copied');
    setTimeout(() => say(label), THANKS);
  });
  say(label);
  return button;
}

function copyRow(title, text) {
  const shown = element('input', {readonly: '', value: text, 'aria-label': title});
  shown.addEventListener('focus', () => shown.select());
  const row = element('div', {}, shown, copyButton('Copy', () => text));
  return element('div', {class: 'pg-copy'}, element('span', {}, title), row);
}

const download = (href, label) => element('a', {href, download: ''}, label);

const LOCAL = /^(localhost|127\.|\[::1\])/;
const SCANNABLE = 600; // characters of a link beyond which a phone's camera has a hard time

/** The QR code of a link to this page, `qr` being the path of the picture, with what may keep it from working. */
function qrPicture(link, qr) {
  const picture = element('img', {class: 'pg-qr', src: `${qr}?link=${encodeURIComponent(link)}`, alt: 'QR code of this link'});
  const notes = [];
  if (LOCAL.test(new URL(link).host)) notes.push('A phone cannot reach this address: open the page by the machine\u2019s name first.');
  if (link.length > SCANNABLE) notes.push(`The link has ${link.length} characters: its code may be too fine to scan.`);
  return [picture, ...notes.map((note) => element('p', {}, note))];
}

/** The code of the page's address at this moment alone, as large as the screen lets it be; on stage the audience's. */
export function qrDialog({qr, public: home, talk}) {
  const link = shareable(talk ? audience(location.href) : location.href, home, qr);
  const node = dialog('Scan to open this moment', ...qrPicture(link, qr), element('p', {class: 'pg-qr-link'}, link));
  node.classList.add('pg-full');
  return node;
}

/** The moment as a line of a talk, and as a frame in another page. */
function elsewhere(link) {
  const frame = element('iframe', {src: withItem(link, 'embed', 'true'), width: 800, height: 600, style: 'border: 0'});
  return [
    copyRow('A line for a talk', `${new URL(link).pathname.split('/').pop()}${new URL(link).search} | What to say here`),
    copyRow('In another page', frame.outerHTML),
  ];
}

/** The link, the recording as files, the command line. `data` is what the player shows, i where it rests. */
export function shareDialog(data, i) {
  const command = `python -m playground run '${data.command}' --html out.html`;
  const moment = i === null ? '' : `?t=${i}`;
  const link = shareable(location.href, data.public, data.qr);
  return dialog(
    'Share',
    copyRow('This experiment, as a link', link),
    ...(data.qr ? qrPicture(link, data.qr) : []),
    element('div', {class: 'pg-files'},
      download(`${data.socket}/history.csv`, 'Data as CSV'),
      download(`${data.socket}/page.html${moment}`, 'Animated page (HTML, works offline)')),
    copyRow('The same without a browser', command),
    ...(data.qr ? elsewhere(audience(link)) : []),
  );
}

/** The script that reproduces the numbers; `files` are where it can be downloaded, `data` what it may read. */
export function codeDialog(text, files, data = []) {
  const code = element('code', {}, 'Loading the script.');
  const row = element('div', {class: 'pg-files'}, copyButton('Copy', () => code.textContent));
  for (const [href, label] of files) row.append(download(href, label));
  const says = element('p', {}, 'This script reproduces the run shown, without this page.');
  const put = (words) => (code.textContent = words);
  const show = (script) => {
    put(script);
    const read = data.filter(([, name]) => script.includes(`"${name}"`));
    for (const [href, name] of read) row.append(download(href, `Download ${name}`));
    if (read.length) says.append(` It reads ${read.map(([, name]) => name).join(' and ')} from beside it.`);
  };
  text.then(show, () => put('The script could not be loaded. Try again.'));
  return dialog('Code', says, element('pre', {tabindex: '0'}, code), row);
}

/** The text of a file. Rejects where it is not there. */
export async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} for ${address}`);
  return answer.text();
}
