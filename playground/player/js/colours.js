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
const dark = (colour) => mix(colour, [0, 0, 0], 0.7);

export class Colours {
  constructor(palette = {}) {
    const {classes, below, middle, above} = {...DEFAULTS, ...palette};
    this.classes = classes.map(parts);
    [this.below, this.middle, this.above] = [below, middle, above].map(parts);
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
    return (q) => {
      const share = q / 255;
      return share < 0.6 ? mix(this.middle, this.below, share / 0.6)
        : mix(this.below, dark(this.below), (share - 0.6) / 0.4);
    };
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
