/** A panel as a picture for slides: canvas and chart together, at twice the size. */

import {element} from './dom.js';
import {plotArea} from './geometry.js';
import {theme} from './theme.js';

const SCALE = 2;
const HEAD = 34; // pixels for the title

/** A PNG (Blob) of the panel as it stands; `caption` names the moment. */
export async function picture(panel, caption) {
  const {plot, player} = panel;
  const [width, height] = [plot.clientWidth, plot.clientHeight];
  const address = await player.Plotly.toImage(plot, {format: 'png', width, height, scale: SCALE});
  const chart = Object.assign(new Image(), {src: address});
  await chart.decode();
  const canvas = element('canvas', {width: SCALE * width, height: SCALE * (height + HEAD)});
  const context = canvas.getContext('2d');
  context.scale(SCALE, SCALE);
  heading(context, panel, caption, width, height);
  context.translate(0, HEAD);
  under(context, panel);
  context.drawImage(chart, 0, 0, width, height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

function heading(context, panel, caption, width, height) {
  const look = theme(panel.node);
  context.fillStyle = look.background;
  context.fillRect(0, 0, width, height + HEAD);
  context.fillStyle = look.text;
  context.textBaseline = 'middle';
  context.font = `600 15px ${look.font}`;
  context.fillText(panel.title.textContent, 12, HEAD / 2);
  context.font = `13px ${look.font}`;
  context.textAlign = 'right';
  context.fillText(caption, width - 12, HEAD / 2);
}

function under(context, panel) {
  const area = panel.painted && plotArea(panel.plot);
  if (!area) return;
  context.save();
  context.translate(area.left, area.top);
  context.beginPath();
  context.rect(0, 0, area.width, area.height);
  context.clip();
  panel.paintOn(context, area);
  context.restore();
}

/** Lets the browser save a blob under a name. */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  element('a', {href: address, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
