/** Points painted on a chart's canvas: cheap where they are many or move, for Plotly styles each as a node of its own. */

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
};
const OPEN = ['ring', 'cross']; // drawn by their line alone

/** The names of the arrays that a `marks` binding shows: x, y and, unless it has one colour, the colours. */
export function markArrays({x, y, color, scale}) {
  return scale === 'one' ? [x, y] : [x, y, color];
}

/** Paints a point for each x and y, coloured by its own number, or all in the binding's one colour. */
export function paintMarks(context, [x, y, numbers], binding, area, colours) {
  const open = OPEN.includes(binding.symbol);
  const colourOf = painter(binding, numbers, colours);
  context.save();
  context.lineWidth = open ? 1.3 : 1;
  for (let i = 0; i < x.values.length; i++) {
    context.beginPath();
    PATHS[binding.symbol](context, area.x(x.values[i]), area.y(y.values[i]), binding.size / 2);
    context.fillStyle = colourOf(i);
    context.strokeStyle = open ? context.fillStyle : '#fff';
    if (!open) context.fill();
    context.stroke();
  }
  context.restore();
}

function painter({scale, color}, numbers, colours) {
  if (scale === 'one') return () => color;
  const rgb = (parts) => `rgb(${parts})`;
  if (scale === 'classes') return (i) => rgb(colours.classes[numbers.values[i] % colours.classes.length]);
  return (i) => {
    const value = Math.max(-1, Math.min(numbers.values[i], 1));
    return rgb(mix(colours.middle, value < 0 ? colours.below : colours.above, Math.abs(value)));
  };
}
