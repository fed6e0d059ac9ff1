/** Look-up tables from a byte to a colour, made of the stage's palette. */

const LIGHTER = 0.62; // maps stay this much paler than points, so that points of the same class stay visible
const DEFAULTS = {
  classes: ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#F0E442', '#7F7F7F'],
  below: '#0072B2', middle: '#F7F7F7', above: '#D55E00',
};

/** [r, g, b] of #rrggbb. */
export function parts(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** The colour a share of the way from one to another, each [r, g, b]. */
export function mix(from, to, share) {
  return from.map((value, i) => Math.round(value + share * (to[i] - value)));
}

const pack = ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
const darker = (colour) => mix(colour, [0, 0, 0], 0.7);
const lighter = (colour) => mix(colour, [255, 255, 255], 0.75);
const NIGHT = [31, 31, 31]; // nothing, on a dark page

export class Colours {
  /** `dark`: for a dark page, where a sequential map rises from dark to light. */
  constructor(palette = {}, dark = false) {
    const {classes, below, middle, above} = {...DEFAULTS, ...palette};
    this.classes = classes.map(parts);
    [this.below, this.middle, this.above] = [below, middle, above].map(parts);
    this.ramp = dark ? [NIGHT, this.below, lighter(this.below)] : [this.middle, this.below, darker(this.below)];
    this.tables = new Map();
  }

  /** 256 packed colours of a scale; a diverging one turns in the middle of its range. */
  table(scale, discrete = false) {
    const key = `${scale} ${discrete}`;
    if (!this.tables.has(key)) {
      const colour = this[`_${scale}`](discrete);
      this.tables.set(key, Uint32Array.from({length: 256}, (_, q) => pack(colour(q))));
    }
    return this.tables.get(key);
  }

  _diverging(discrete) {
    return (q) => {
      const value = q / 127.5 - 1;
      const size = discrete ? LIGHTER * 0.8 : LIGHTER * Math.abs(value);
      return mix(this.middle, value < 0 ? this.below : this.above, size);
    };
  }

  _sequential() {
    const [none, some, most] = this.ramp;
    return (q) => {
      const share = q / 255;
      return share < 0.6 ? mix(none, some, share / 0.6) : mix(some, most, (share - 0.6) / 0.4);
    };
  }

  _grey() {
    return (q) => [q, q, q];
  }

  _classes(discrete) {
    return (q) => {
      const confidence = discrete ? 0.8 : (q & 31) / 31;
      return mix(this.middle, this.classes[(q >> 5) % this.classes.length], LIGHTER * confidence);
    };
  }

  /** The colour of a signed number's line. */
  sign(value) {
    return `rgb(${value < 0 ? this.below : this.above})`;
  }
}
