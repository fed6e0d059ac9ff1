/** What the panels show at a moment, in words for those who do not see them. */

import {readable} from './readouts.js';

const MOST = 12; // curves that a listener can take in

/** The newest value of each curve of a panel, `train 0.0025, test 0.0127`; nothing where it has none. */
function curvesInWords(spec, recording, i) {
  const found = spec.bindings.filter((b) => b.kind === 'extend').map((b) => [spec.data[b.trace]?.name, recording.slice(b.y, i).at(-1)]);
  return enumerated(found.map(([name, value]) => [name, value === undefined ? '' : readable(value)]));
}

function enumerated(pairs) {
  return pairs.filter(([name, text]) => name && text).slice(0, MOST).map((pair) => pair.join(' ')).join(', ');
}

/** The read-outs at frame i: `Test accuracy 99.2 %, Epoch 250`. */
function readoutsInWords(readouts, recording, i) {
  const values = readouts.map(({metric, title, style}) => [title, recording.metric(metric, i), style]);
  return enumerated(values.map(([title, value, style]) => [title, value === undefined ? '' : readable(value, style)]));
}

/** The sentence on a panel at frame i; the main one, where it has no curves, tells the read-outs. */
export function inWords(spec, readouts, recording, i, moment) {
  const words = curvesInWords(spec, recording, i) || (spec.size === 'main' ? readoutsInWords(readouts, recording, i) : '');
  return words ? `At ${moment}: ${words}.` : '';
}
