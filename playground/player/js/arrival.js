/** When a run that was asked for can take the place of the one on stage, and at which frame it opens. */

const RECALL = 2500; // milliseconds in which a training that was shown already is there again

/** Whether a run is a branch that plays on from the moment at which it leaves the run before. */
export function goesOn({data}) {
  return Boolean(data.branched) && data.t != null;
}

/** Where a run opens that applies the trained network of the run `before` to something else; null for another network.
 *
 * Where that run says at which frame its training ended, from there: what follows is to be seen. Else at frame `i`, the
 * one shown. */
export function recalled({data, stage}, before, i) {
  const same = data.t == null && Boolean(stage.training) && stage.training === before?.stage.training;
  if (!same) return null;
  const {trained} = before.recording;
  return trained < 0 ? {frame: Math.max(0, i), plays: false} : {frame: trained, plays: true};
}

/** Whether a run has the frame at which it opens, `i` being the one shown; a recalled one is not waited for long. */
export function ready(run, before, i, now) {
  const {length, over} = run.recording;
  const same = recalled(run, before, i);
  const first = goesOn(run) ? run.data.t : (same?.frame ?? 0);
  return over || length > first || (same && length > 0 && now - run.asked > RECALL);
}
