/** The one place that reads Plotly's private layout: where the plot area lies and how data become pixels. */

const STILL = 6; // pixels that a click may wander

/** The plot area {left, top, width, height} in pixels of the chart, with x, y (data -> pixels in it) and toX, toY back.
 * Null before the first drawing. Throws where Plotly has renamed what is read here. */
export function plotArea(node) {
  const full = node._fullLayout;
  if (!full) return null;
  const {xaxis, yaxis} = full;
  for (const axis of [xaxis, yaxis]) {
    if (typeof axis?._offset !== 'number' || typeof axis._length !== 'number' || !axis.c2p || !axis.p2c) {
      throw new Error('Plotly changed its axes: _offset, _length, c2p, p2c of _fullLayout.xaxis and yaxis.');
    }
  }
  if (!(xaxis._length > 0 && yaxis._length > 0)) return null;
  return {
    left: xaxis._offset, top: yaxis._offset, width: xaxis._length, height: yaxis._length,
    x: (value) => xaxis.c2p(value), y: (value) => yaxis.c2p(value),
    toX: (pixel) => xaxis.p2c(pixel), toY: (pixel) => yaxis.p2c(pixel),
  };
}

/** Whether a press that ended here was a click: the pointer hardly wandered. */
export function isClick(down, up) {
  return Boolean(down) && Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY) <= STILL;
}

/** Whether the legend has trace number `key` switched on. */
export function isShown(node, key) {
  return node._fullData?.[key]?.visible === true;
}

/** The pixels {left, top, width, height} of a box x0, y0, x1, y1 of data coordinates. */
export function boxPixels(area, [x0, y0, x1, y1]) {
  const [left, right] = [area.x(x0), area.x(x1)];
  const [top, bottom] = [area.y(y1), area.y(y0)];
  return {left, top, width: right - left, height: bottom - top};
}

/** Lets a chart of fixed proportions take the ranges of its next figure: Plotly would go back to those of the one before. */
export function forgetRanges(plot) {
  const {xaxis, yaxis} = plot._fullLayout ?? {};
  for (const axis of [xaxis, yaxis]) delete axis?._inputRange;
}

const TALK = 1.5;
const BROAD = 1280; // pixels of a stage beyond which its words grow with it

/** How many times as large words, lines and points are on stage, on one so many pixels wide. */
export function typeScale(width) {
  return TALK * Math.min(1.6, Math.max(1, width / BROAD));
}
