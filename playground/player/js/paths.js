/** Polylines painted on a chart's canvas: cheap where they are long or many, for Plotly draws each anew as a node. */

const STROKES = {dash: [8, 5], dot: [2, 4], dashdot: [8, 4, 2, 4]};
const WIDTH = 2; // pixels, where a trace says nothing
const ARROW = 5; // times the line's width: an arrow's head
const DOT = 1.8; // times the line's width: the radius of a dot
const HALO = 2.4; // pixels wider than the line

/** Paints path k in `styles[k]` (a trace's line); none where that is false. x holds a value for each path or for all.
 *
 * `scale` enlarges. */
export function paintPaths(context, [x, y], binding, area, styles, scale = 1) {
  const count = styles.length;
  const times = Math.floor(y.length / count);
  const width = Math.max(1, Math.round(x.length / times));
  context.save();
  Object.assign(context, {lineCap: 'round', lineJoin: 'round'});
  styles.forEach((style, k) => {
    if (!style) return;
    const points = [];
    for (let t = 0; t < times; t++) points.push([area.x(x[t * width + (k % width)]), area.y(y[t * count + k])]);
    paintPath(context, points, {...style, width: scale * (style.width ?? WIDTH)}, binding);
  });
  context.restore();
}

function paintPath(context, points, {color, width, dash}, {end, halo}) {
  if (halo) {
    Object.assign(context, {strokeStyle: '#fff', lineWidth: width + HALO, globalAlpha: 0.75});
    context.setLineDash([]);
    strokeThrough(context, points);
  }
  Object.assign(context, {strokeStyle: color, fillStyle: color, lineWidth: width, globalAlpha: 1});
  context.setLineDash(STROKES[dash] ?? []);
  strokeThrough(context, points);
  if (end === 'arrow') arrowHead(context, points.slice(-2), ARROW * width);
  if (end === 'dot') dot(context, points.at(-1), DOT * width);
}

/** Strokes through the points; one that is not finite leaves a gap. */
function strokeThrough(context, points) {
  let drawn = false;
  context.beginPath();
  for (const [x, y] of points) {
    const here = Number.isFinite(x) && Number.isFinite(y);
    if (here) context[drawn ? 'lineTo' : 'moveTo'](x, y);
    drawn = here;
  }
  context.stroke();
}

/** A disc with a white rim; none where the point is not finite. */
function dot(context, [x, y], radius) {
  if (!Number.isFinite(x + y)) return;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  Object.assign(context, {strokeStyle: '#fff', lineWidth: 1.5});
  context.setLineDash([]);
  context.stroke();
}

/** A triangle at the second point, away from the first. */
function arrowHead(context, [from, to], size) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (!(length > 0)) return;
  const [ux, uy] = [(dx / length) * size, (dy / length) * size];
  context.beginPath();
  context.moveTo(to[0] + 0.6 * ux, to[1] + 0.6 * uy);
  context.lineTo(to[0] - 0.4 * ux - 0.45 * uy, to[1] - 0.4 * uy + 0.45 * ux);
  context.lineTo(to[0] - 0.4 * ux + 0.45 * uy, to[1] - 0.4 * uy - 0.45 * ux);
  context.closePath();
  context.fill();
}
