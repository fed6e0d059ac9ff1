/** A panel's spec and a moment of a recording -> what Plotly draws. */

import {nested} from './wire.js';

const CURVES = ['extend', 'replace'];
const CLEAR = 'rgba(0,0,0,0)';
const LARGER = 1.25; // times its type, in which Plotly writes a power
const LOG = {
  type: 'log', exponentformat: 'power', minexponent: 4,
  range: undefined, autorange: true, dtick: undefined,
};
const LEGEND = {
  orientation: 'h', font: {size: 11}, tracegroupgap: 0, bgcolor: CLEAR,
  x: 0, xanchor: 'left', xref: 'container', y: 1, yanchor: 'top', yref: 'container',
};

const BESIDE = {orientation: 'v', x: 1.03, xanchor: 'left', y: 1, yanchor: 'top', bgcolor: CLEAR};

/** Writes `value` at a path such as `marker.color` or `shapes[0].x0`, making what is missing. */
export function put(target, path, value) {
  const keys = path.replace(/\[(\d+)\]/g, '.$1').split('.');
  const last = keys.pop();
  let at = target;
  keys.forEach((key, k) => {
    at[key] ??= /^\d+$/.test(keys[k + 1] ?? last) ? [] : {};
    at = at[key];
  });
  at[last] = value;
}

const alone = (value) => (value.length === 1 ? value[0] : Array.from(value));

/** What binding `b` says at frame i: {mark, values}; `mark` is another one exactly where the drawing would be. */
function said(b, recording, i) {
  if (b.kind === 'extend') {
    const count = recording.count(b.x, i);
    return {mark: count, values: () => ({x: recording.slice(b.x, i), y: recording.slice(b.y, i)})};
  }
  const array = recording.array(b.array, i);
  if (!array) return null;
  const value = () => (b.kind === 'layout' ? alone(nested(array)) : nested(array));
  return {mark: array, values: () => ({[b.kind === 'layout' ? b.path : b.attribute]: value()})};
}

/** What changed since the marks in `seen` (which it brings up to date): arguments of Plotly.update, or null. */
export function patch(bindings, recording, i, seen) {
  const traces = new Map();
  const layout = {};
  for (const b of bindings) {
    const now = said(b, recording, i);
    if (!now || seen.get(b) === now.mark) continue;
    seen.set(b, now.mark);
    if (b.kind === 'layout') Object.assign(layout, now.values());
    else traces.set(b.trace, {...traces.get(b.trace), ...now.values()});
  }
  if (!traces.size && !Object.keys(layout).length) return null;
  return {data: columns([...traces.values()]), layout, traces: [...traces.keys()]};
}

/** [{x, y}, {x}] -> {x: [.., ..], y: [.., undefined]}: Plotly leaves alone what is undefined. */
function columns(rows) {
  const names = new Set(rows.flatMap(Object.keys));
  return Object.fromEntries([...names].map((name) => [name, rows.map((row) => row[name])]));
}

/** The bindings that Plotly draws; a logarithmic y axis finds its own range. */
export function plotted(spec, log) {
  const own = (b) => b.kind === 'layout' && !(log && b.path === 'yaxis.range');
  return spec.bindings.filter((b) => CURVES.includes(b.kind) || own(b));
}

/** The whole figure {data, layout} at frame i, with ghosts, in the page's look. Brings `seen` up to date.
 *
 * `named`: the legend has room for the ghosts. `log`: a logarithmic y axis. `fixed`: no zoom. */
export function figure(spec, recording, i, {seen, ghosts, named, look, log, fixed, beside}) {
  const data = spec.data.map((trace) => enlarged(structuredClone(trace), look));
  const layout = dressed(spec, look, {log, fixed, beside});
  for (const b of i < 0 ? [] : plotted(spec, log)) {
    const now = said(b, recording, i);
    if (!now) continue;
    seen.set(b, now.mark);
    const target = b.kind === 'layout' ? layout : data[b.trace];
    for (const [path, value] of Object.entries(now.values())) put(target, path, value);
  }
  return {data: [...data, ...ghosts.flatMap((ghost) => ghostTraces(spec, ghost, named))], layout};
}

/** A trace with lines, points and words as many times as large. */
function enlarged(trace, look) {
  const {scale} = look;
  if (scale === 1) return trace;
  if (trace.line?.width) trace.line.width *= scale;
  if (typeof trace.marker?.size === 'number') trace.marker.size *= scale;
  if (typeof trace.textfont?.size === 'number') trace.textfont.size = sized(trace.textfont.size, look);
  return trace;
}

function larger(annotation, look) {
  return {...annotation, font: {...annotation.font, size: sized(annotation.font?.size ?? 12, look)}};
}

/** Pixels of type: what is small at a desk is still legible on stage. */
function sized(size, {scale, least = 0}) {
  return Math.max(least, size * scale);
}

/** Each curve of a pinned run, whole: thin, broken and pale in its own colour; `named` in the legend, once. */
function ghostTraces(spec, {label, recording, dash}, named) {
  const curves = spec.bindings.filter((b) => b.kind === 'extend');
  return curves.map((b, k) => {
    const trace = spec.data[b.trace];
    const end = recording.length - 1;
    return {
      type: 'scatter', mode: 'lines', name: label, showlegend: named && k === 0, ...(named ? {legendgroup: label} : {}),
      x: recording.slice(b.x, end), y: recording.slice(b.y, end), opacity: 0.45, hoverinfo: 'skip',
      line: {...trace.line, width: 1.5, dash}, xaxis: trace.xaxis ?? 'x', yaxis: trace.yaxis ?? 'y',
    };
  });
}

/** The spec's layout in the page's colours, with margins that never move while numbers grow. */
function dressed(spec, look, {log, fixed, beside}) {
  const {title, template, ...layout} = structuredClone(spec.layout);
  const square = layout.xaxis?.scaleanchor || layout.yaxis?.scaleanchor ? {constrain: 'domain'} : null;
  const pictured = spec.bindings.some((b) => b.kind === 'tiles');
  const grid = pictured ? {showgrid: false} : {}; // it would lie over the pictures
  return {
    ...layout,
    xaxis: axis(layout.xaxis, look, {...square, ...grid, nticks: 7}, fixed),
    yaxis: {...axis(layout.yaxis, look, {...square, ...grid, nticks: 6}, fixed), ...(log ? {...LOG, tickfont: powers({}, look)} : {})},
    paper_bgcolor: CLEAR, plot_bgcolor: CLEAR, uirevision: 'kept', autosize: true,
    font: {...layout.font, size: sized(12, look), color: look.text, family: look.font},
    margin: {...margins(layout, look.scale), ...margin(layout.margin, look.scale)},
    legend: {...(square && beside ? BESIDE : LEGEND), ...legend(layout.legend, look.scale), font: {size: sized(11, look)}},
    hovermode: layout.hovermode ?? 'closest', dragmode: fixed ? false : 'zoom',
    ...(layout.annotations ? {annotations: layout.annotations.map((one) => larger(one, look))} : {}),
  };
}

function axis(own, look, more, fixed) {
  const size = sized(own?.title?.font?.size ?? 12, look);
  const title = {standoff: 6, ...own?.title, font: {...own?.title?.font, size}};
  const lines = {gridcolor: look.grid, zerolinecolor: look.grid, linecolor: look.grid};
  return {...lines, ...more, automargin: false, ...own, ...ticks(own, look), title, fixedrange: fixed || own?.fixedrange};
}

function ticks(own, look) {
  if (own?.exponentformat === 'power') return {tickfont: powers(own.tickfont, look)};
  return own?.tickfont?.size ? {tickfont: {...own.tickfont, size: sized(own.tickfont.size, look)}} : null;
}

/** The type of powers on a logarithmic axis: as large as other ticks once Plotly has enlarged them. */
function powers(own, look) {
  return {...own, size: sized(12, look) / LARGER};
}

/** Room for what the axes say; a legend adds its own at the top. */
function margins({xaxis, yaxis}, scale) {
  const side = (one, silent, numbered, named) => (hidden(one) ? silent : scale * (one?.title?.text ? named : numbered));
  return {l: side(yaxis, 8, 38, 50), b: side(xaxis, 8, 26, 40), r: hidden(xaxis) ? 8 : 18 * scale, t: 8};
}

/** The room that a panel asks for itself, mostly for words: it grows as they do. */
function margin(own, scale) {
  return Object.fromEntries(Object.entries(own ?? {}).map(([side, size]) => [side, scale * size]));
}

/** A panel's own legend settings; columns given in pixels grow as their words do. */
function legend(own, scale) {
  const pixels = own?.entrywidth > 1 && own.entrywidthmode !== 'fraction';
  return pixels ? {...own, entrywidth: scale * own.entrywidth} : own;
}

function hidden(axis) {
  return axis?.visible === false || axis?.showticklabels === false;
}

/** The relayout that puts a new look on a figure. */
export function redressed(look) {
  const kinds = ['gridcolor', 'zerolinecolor', 'linecolor'];
  const lines = ['xaxis', 'yaxis'].flatMap((name) => kinds.map((kind) => `${name}.${kind}`));
  return {'font.color': look.text, ...Object.fromEntries(lines.map((path) => [path, look.grid]))};
}
