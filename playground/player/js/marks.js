/** Points and bands painted on a chart's canvas: cheap where they are many or move, for Plotly makes each a node. */

import {mix} from './colours.js';

const PATHS = {
  circle: (path, x, y, r) => path.arc(x, y, r, 0, 2 * Math.PI),
  ring: (path, x, y, r) => path.arc(x, y, r, 0, 2 * Math.PI),
  square: (path, x, y, r) => path.rect(x - 0.89 * r, y - 0.89 * r, 1.78 * r, 1.78 * r),
  diamond: (path, x, y, r) => {
    const reach = 1.3 * r;
    path.moveTo(x, y - reach);
    [[reach, 0], [0, reach], [-reach, 0]].forEach(([dx, dy]) => path.lineTo(x + dx, y + dy));
    path.closePath();
  },
  cross: (path, x, y, r) => {
    path.moveTo(x - r, y - r), path.lineTo(x + r, y + r);
    path.moveTo(x - r, y + r), path.lineTo(x + r, y - r);
  },
  rule: (path, x, y, r, {height}) => {
    path.moveTo(x, 0);
    path.lineTo(x, height);
  },
};
const OPEN = ['ring', 'cross', 'rule']; // drawn by their line alone

/** The names of the arrays that a `marks` binding shows: x, y and, unless it has one colour, the colours. */
export function markArrays({x, y, color, scale}) {
  return scale === 'one' ? [x, y] : [x, y, color];
}

/** Paints a point for each x and y, coloured by its own number, or all in the binding's one colour; `scale` enlarges. */
export function paintMarks(context, [x, y, numbers], binding, area, colours, scale = 1) {
  const {symbol} = binding;
  const size = scale * binding.size;
  const open = OPEN.includes(symbol);
  const colourOf = painter(binding, numbers, colours);
  context.save();
  context.lineWidth = symbol === 'rule' ? size : scale * (open ? 1.3 : 1);
  for (let i = 0; i < x.values.length; i++) {
    context.beginPath();
    PATHS[symbol](context, area.x(x.values[i]), area.y(y.values[i]), size / 2, area);
    context.fillStyle = colourOf(i);
    context.strokeStyle = open ? context.fillStyle : '#fff';
    if (!open) context.fill();
    context.stroke();
  }
  context.restore();
}

function painter({scale, color}, numbers, colours) {
  if (scale === 'one') return typeof color === 'string' ? () => color : (i) => color[i % color.length];
  const rgb = (parts) => `rgb(${parts})`;
  if (scale === 'classes') return (i) => rgb(colours.classes[numbers.values[i] % colours.classes.length]);
  return (i) => {
    const value = Math.max(-1, Math.min(numbers.values[i], 1));
    return rgb(mix(colours.middle, value < 0 ? colours.below : colours.above, Math.abs(value)));
  };
}

/** Paints the area between two series up to frame i, at most so many points; what its axes cannot place is left out. */
export function paintBand(context, recording, i, {x, low, high, color}, area, most = Infinity) {
  const [across, bottom, top] = [x, low, high].map((name) => recording.slice(name, i).subarray(0, most));
  context.beginPath();
  across.forEach((value, k) => context.lineTo(area.x(value), area.y(bottom[k])));
  for (let k = across.length - 1; k >= 0; k--) context.lineTo(area.x(across[k]), area.y(top[k]));
  context.fillStyle = color;
  context.fill();
}
