/** Hands on the page beside the player: keys, presses and inputs. */

const TYPES = ['keydown', 'pointerdown', 'input'];

/** Calls `note(target)` for each that is not within `root`; gives a function that stops it. */
export function onHands(root, note) {
  const hear = ({target}) => root.contains(target) || note(target);
  for (const type of TYPES) addEventListener(type, hear, true);
  return () => TYPES.forEach((type) => removeEventListener(type, hear, true));
}
