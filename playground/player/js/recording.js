/** A run as the browser holds it: every frame so far, curves that grow, arrays that hold. */

import {numbers} from './wire.js';

const OVER = ['done', 'failed', 'stopped', 'saved'];
const NOTHING = new Float64Array(0);

export class Recording {
  constructor() {
    this.frames = [];
    this.series = new Map(); // name -> {values, ends}: all points so far, and how many each frame knew
    this.kept = new Map(); // name -> the numbers of the frames that brought the array
    this.status = {state: 'waiting'};
  }

  get length() {
    return this.frames.length;
  }

  /** Whether no further frame will come. */
  get over() {
    return OVER.includes(this.status.state);
  }

  /** Takes the next frame; one that is here already is left out, since a reconnect may repeat it. */
  push(frame) {
    if (frame.index !== this.frames.length) return;
    for (const name of Object.keys(frame.arrays)) {
      if (!this.kept.has(name)) this.kept.set(name, []);
      this.kept.get(name).push(frame.index);
    }
    for (const [name, array] of Object.entries(frame.series)) this.#grow(name, numbers(array), frame.index);
    this.frames.push(frame);
  }

  #grow(name, added, index) {
    if (!this.series.has(name)) this.series.set(name, {values: new Float64Array(1024), ends: []});
    const series = this.series.get(name);
    const start = series.ends.at(-1) ?? 0;
    const end = start + added.length;
    if (end > series.values.length) {
      const wider = new Float64Array(2 * end);
      wider.set(series.values);
      series.values = wider;
    }
    series.values.set(added, start);
    while (series.ends.length < index) series.ends.push(start);
    series.ends.push(end);
  }

  /** How many points of a series frame i knew. */
  count(name, i) {
    const ends = this.series.get(name)?.ends;
    return ends ? ends[Math.min(i, ends.length - 1)] : 0;
  }

  /** The points of a series up to frame i, as a view: the same one while nothing was added. */
  slice(name, i) {
    const series = this.series.get(name);
    if (!series) return NOTHING;
    const count = this.count(name, i);
    const same = series.view?.length === count && series.view.buffer === series.values.buffer;
    if (!same) series.view = series.values.subarray(0, count);
    return series.view;
  }

  /** The numbers of the series of that name up to frame i, else of the array; undefined where there is neither. */
  points(name, i) {
    return this.series.has(name) ? this.slice(name, i) : this.array(name, i)?.values;
  }

  /** The array as it stood at frame i: the newest at or before it; undefined before the first. */
  array(name, i) {
    const kept = this.kept.get(name);
    if (!kept) return undefined;
    let low = 0;
    let high = kept.length; // kept[low - 1] <= i < kept[high]
    while (low < high) {
      const middle = (low + high) >> 1;
      if (kept[middle] <= i) low = middle + 1;
      else high = middle;
    }
    return low ? this.frames[kept[low - 1]].arrays[name] : undefined;
  }

  /** The first frame whose training is over; -1 while none is here. */
  get trained() {
    return this.frames.findIndex(({metrics}) => metrics.trained === 1);
  }

  /** A metric of frame i; undefined where it was not measured. */
  metric(name, i) {
    return this.frames[i]?.metrics[name];
  }
}
