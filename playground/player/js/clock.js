/** Which frame is shown: from the start on, waiting where it catches up with training. It never changes the run. */

const PACE = 20; // frames a second at speed 1

export class Clock {
  /** A clock that plays from frame `from`, or rests at frame `at`, even one that is yet to come, or `goesOn` from it.
   *
   * A `still` one does not play by itself: it rests where it would play from, and at the end once the run is over. */
  constructor({at = null, from = 0, speed = 1, live = false, goesOn = false, still = false} = {}) {
    this.position = at ?? from;
    this.awaits = still && at === null;
    this.playing = (goesOn || at === null) && !still;
    this.live = live && this.playing;
    this.speed = speed;
  }

  /** The frame shown out of `length`; -1 where there is none. */
  index(length) {
    return Math.min(Math.floor(this.position), length - 1);
  }

  /** Moves on by `seconds` and gives the frame shown; at the end of a run that is over it stops. */
  tick(seconds, length, over) {
    if (this.awaits && over) this.seek(length - 1, length);
    if (this.playing && length) {
      const ahead = this.live ? length - 1 : this.position + seconds * PACE * this.speed;
      this.position = Math.min(ahead, length - 1);
      if (over && this.position >= length - 1) this.pause(length);
    }
    return this.index(length);
  }

  pause(length) {
    this.playing = this.live = this.awaits = false;
    this.position = Math.max(0, this.index(length));
  }

  /** Plays on, from the start where the end was reached. */
  play(length, over) {
    if (over && this.position >= length - 1) this.position = 0;
    this.playing = true;
    this.awaits = false;
  }

  /** Rests at a frame. */
  seek(i, length) {
    this.playing = this.live = this.awaits = false;
    this.position = Math.max(0, Math.min(i, length - 1));
  }

  step(by, length) {
    this.seek(this.index(length) + by, length);
  }

  /** Goes to the newest frame and stays at it. */
  follow() {
    this.live = this.playing = true;
    this.awaits = false;
  }

  /** Follows the newest frame, or leaves it where it already does. */
  toggleLive() {
    this.live = !this.live;
    this.playing = true;
    this.awaits = false;
  }
}
