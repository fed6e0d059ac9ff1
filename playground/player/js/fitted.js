/** Words at a chart's edges take the room there is: a legend in few rows, titles of axes no longer than it. */

const KEY = 40; // pixels of a legend's entry before its words, of the gap between two and round them all, as Plotly has it
const BETWEEN = 5;
const ROUND_ALL = 10;
const AIR = 8; // pixels under a legend
const EDGE = 4; // pixels beside a title
const SHARE = 0.25; // of a chart's height, beyond which a legend's words shrink
const MOST_OF_A_PANEL = 0.4; // of it, beyond which they are as small as at a desk, on stage too
const DESK = 11; // pixels
const SHRUNK = 0.85; // of its size, to which they and a title do
const LINE_HEIGHT = 1.3;
const LISTED = ['scatter', 'scattergl', 'bar'];
const ruler = document.createElement('canvas').getContext('2d');

/** Pixels of a text's longest line. */
function long(text, size, font) {
  ruler.font = `${size}px ${font}`;
  return Math.max(...text.split('<br>').map((line) => ruler.measureText(line.replace(/<[^>]*>/g, '')).width));
}

const smaller = (size, {least}) => Math.max(least, SHRUNK * size);

/** The layout of `figure` for a chart of so many pixels: `look` gives {font, least}. */
export function fitted({data, layout}, {width, height}, look) {
  if (!width || !height) return layout;
  const named = entries(data, layout);
  const margin = {...layout.margin};
  const list = () => {
    const legend = packed(named, layout.legend, {width: width - margin.l - margin.r, height}, look);
    margin.t = Math.max(layout.margin.t, legend.high);
    return legend.settings;
  };
  const along = () => {
    const x = titled(layout.xaxis, alongFoot(layout.xaxis, margin, width), look);
    margin.b = layout.margin.b + x.more;
    return x.axis;
  };
  list();
  along();
  const y = titled(layout.yaxis, alongSide(layout.yaxis, margin, height), look);
  margin.l += y.more;
  return {...layout, legend: list(), xaxis: along(), yaxis: y.axis, margin}; // with the room that the title has left
}

/** The traces that the legend lists. */
function entries(data, {showlegend}) {
  const named = data.filter((one) => one.showlegend !== false && one.visible !== false && LISTED.includes(one.type));
  const several = data.length > 1 || named.some((one) => one.showlegend);
  return (showlegend ?? several) ? named : [];
}

/** {settings, high}: a legend above the chart in as few rows as can be, and the pixels that it and its air take. */
function packed(named, legend, room, look) {
  if (!named.length || legend.orientation !== 'h' || legend.yref !== 'container') return {settings: legend, high: 0};
  const sizes = [legend.font.size, smaller(legend.font.size, look)];
  const [whole, less, least] = [...sizes, Math.min(DESK, sizes[1])].map((size) => arranged(named, legend, size, room, look));
  if (whole.high <= SHARE * room.height) return whole;
  return less.high <= MOST_OF_A_PANEL * room.height ? less : least;
}

function arranged(named, legend, size, room, look) {
  const words = named.map(({name}) => Math.ceil(long(name ?? 'trace 00', size, look.font)));
  const grouped = named.some((one) => one.legendgroup);
  const ways = [legend, {...legend, entrywidth: undefined}, inColumns(legend, KEY + Math.max(...words), room)];
  const counts = ways.map((way) => rows(words, way, room, grouped));
  const count = Math.min(...counts);
  const high = Math.ceil(count * (Math.max(LINE_HEIGHT * size, 16) + 3)) + ROUND_ALL + AIR;
  return {settings: {...ways[counts.indexOf(count)], font: {...legend.font, size}, maxheight: 1}, high};
}

/** Columns of one width that leave no gap: Plotly counts one more than there is. */
function inColumns(legend, widest, {width}) {
  const columns = Math.max(1, Math.floor(width / widest));
  return {...legend, entrywidth: 1 / columns, entrywidthmode: 'fraction'};
}

/** How many rows Plotly makes of entries whose words are so wide. */
function rows(words, {entrywidth, entrywidthmode}, {width}, grouped) {
  if (entrywidthmode === 'fraction') return Math.ceil(words.length * entrywidth);
  const wide = words.map((one) => KEY + (entrywidth || one));
  if (grouped) return flowing(wide, width);
  if (wide.reduce((sum, one) => sum + one) + BETWEEN * (wide.length - 1) < width) return 1;
  const columns = Math.floor((width - 1 + BETWEEN) / (Math.max(...wide) + BETWEEN));
  return Math.ceil(wide.length / Math.max(1, columns));
}

function flowing(wide, width) {
  let [count, at] = [1, 0];
  for (const one of wide) {
    if (at && at + one + BETWEEN > width) [count, at] = [count + 1, 0];
    at += one + BETWEEN;
  }
  return count;
}

/** Pixels that a title may take, centred on its axis, up to the chart's edge or the legend. */
function alongFoot({domain: [start, end] = [0, 1]}, {l, r}, width) {
  const middle = l + ((start + end) / 2) * (width - l - r);
  return 2 * (Math.min(middle, width - middle) - EDGE);
}

function alongSide({domain: [start, end] = [0, 1]}, {t, b}, height) {
  const middle = t + (1 - (start + end) / 2) * (height - t - b);
  return 2 * Math.min(middle - t + AIR, height - middle);
}

/** {axis, more}: an axis whose title fits, smaller or in two lines, and the pixels that its second line takes. */
function titled(axis, room, look) {
  const {text, font} = axis.title;
  if (!text || axis.visible === false || long(text, font.size, look.font) <= room) return {axis, more: 0};
  const size = Math.min(font.size, smaller(font.size, look));
  const whole = long(text, size, look.font) <= room;
  const said = whole ? text : inTwo(text).map((line) => cut(line, size, room, look)).join('<br>');
  const more = said.includes('<br>') ? LINE_HEIGHT * size : 0;
  return {axis: {...axis, title: {...axis.title, text: said, font: {...font, size}}}, more};
}

/** A text's two halves, parted at the space nearest to its middle; one where it has none, or markup. */
function inTwo(text) {
  const spaces = text.includes('<') ? [] : Array.from(text.matchAll(/ /g), ({index}) => index);
  if (!spaces.length) return [text];
  const off = (k) => Math.abs(k - text.length / 2);
  const at = spaces.reduce((best, k) => (off(k) < off(best) ? k : best));
  return [text.slice(0, at), text.slice(at + 1)];
}

function cut(line, size, room, look) {
  if (line.includes('<') || long(line, size, look.font) <= room) return line;
  let end = line.length - 1;
  while (end > 1 && long(`${line.slice(0, end)}…`, size, look.font) > room) end--;
  return `${line.slice(0, end).trimEnd()}…`;
}
