/** What is painted under a chart, by kind of binding: which arrays it shows at a moment, and how they are painted. */

import {paintLines, paintTiles} from './canvas.js';
import {isShown} from './geometry.js';
import {markArrays, paintBand, paintMarks} from './marks.js';
import {paintPaths} from './paths.js';
import {paintText, textArrays} from './text.js';
import {theme} from './theme.js';

const isOn = ({plot}, {key}) => key === null || isShown(plot, key);

/** How many points the chart has drawn of the curve that a band surrounds: it may lag behind the canvas. */
function drawnPoints({spec, plot}, {key, x}) {
  const follows = spec.bindings.some((b) => b.kind === 'extend' && b.trace === key && b.x === x);
  return follows ? plot.data[key].x.length : Infinity;
}

/** The pictures of the binding that shows what another panel chose, which `picked` tells; else those of its own. */
function tiles(panel, context, [array], binding, area) {
  const {discrete, picked, player: {colours}} = panel;
  const large = picked && binding === panel.firstTiles;
  const look = large ? {...binding, ...picked.look} : binding;
  paintTiles(context, array, look, area, colours, {discrete, only: large ? picked.index : null});
}

const painters = {
  tiles,
  lines: ({player: {colours, scale}}, context, [array], b, area) =>
    paintLines(context, array, {...b, width: scale * b.width}, area, colours),
  marks: (panel, context, arrays, b, area) =>
    isOn(panel, b) && paintMarks(context, arrays, b, area, panel.player.colours, panel.player.scale),
  band: (panel, context, arrays, b, area) =>
    isOn(panel, b) && paintBand(context, ...arrays, b, area, drawnPoints(panel, b)),
  paths: ({plot, spec, player}, context, arrays, b, area) =>
    paintPaths(context, arrays, b, area, b.keys.map((key) => isShown(plot, key) && spec.data[key].line), player.scale),
  text: ({node, player: {colours, scale}}, context, arrays, b, area) =>
    paintText(context, arrays, b, area, colours, {...theme(node), scale}),
};

/** Whether a binding is painted under the chart. */
export function isUnder({kind}) {
  return kind in painters;
}

/** What a binding shows at frame i of a recording: its arrays; a band the recording and i. */
export function shownArrays(panel, binding, recording, i) {
  const {kind, x, y} = binding;
  if (kind === 'band') return [recording, i];
  if (kind === 'paths') return [x, y].map((name) => recording.points(name, i));
  if (kind === 'text') return textArrays(binding).map((name) => recording.array(name, i));
  if (kind === 'marks') return markArrays(binding).map((name) => recording.array(name, i));
  const large = panel.picked && binding === panel.firstTiles;
  return [recording.array(large ? panel.picked.array : binding.array, i)];
}

/** Paints a binding's arrays on a context whose origin is the plot area's corner; nothing where one is missing. */
export function paintUnder(panel, context, arrays, binding, area) {
  if (!arrays.includes(undefined)) painters[binding.kind](panel, context, arrays, binding, area);
}
