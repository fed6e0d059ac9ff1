/** When a run that was asked for can take the place of the one on stage, and at which frame it opens. */

const RECALL = 2500; // milliseconds in which a training that was shown already is there again

/** Whether a run is a branch that plays on from the moment at which it leaves the run before. */
export function goesOn({data}) {
  return Boolean(data.branched) && data.t != null;
}

/** Whether a run shares the training of the one on stage, which the visitor has seen. */
export function recalls({data, stage}, before) {
  return data.t == null && Boolean(stage.training) && stage.training === before?.stage.training;
}

/** Whether a run has a frame, or what it needs: a branch the moment where it leaves, a recalled training its end. */
export function ready(run, before, now) {
  const {length, over, trained} = run.recording;
  if (over) return true;
  if (goesOn(run)) return length > run.data.t;
  return length > 0 && (!recalls(run, before) || trained >= 0 || now - run.asked > RECALL);
}
