/** Keys that move the player: only where nothing else on the page wants them. */

const ACTS = {
  ' ': 'play', ArrowLeft: 'back', ArrowRight: 'next', Home: 'start', 0: 'start', End: 'follow',
  '+': 'faster', '-': 'slower', Escape: 'release', q: 'qr', Q: 'qr',
};
for (let number = 1; number <= 9; number++) ACTS[number] = 'preset';
const OWN_SPACE = 'button, select, summary, a, input, textarea';
const OWN_ALL = 'select, input, textarea, [contenteditable]';
const PAGE_HEAD = '.pg-page-head'; // its buttons want nothing but space

/** Whether a key pressed at `target` is the player's: from the page itself, from within `root` or the page's head. */
function ours(key, target, root) {
  if (target.closest('dialog')) return false; // Escape closes it
  if (target.contains(root)) return true;
  return (root.contains(target) || target.closest(PAGE_HEAD)) && !target.closest(key === ' ' ? OWN_SPACE : OWN_ALL);
}

/** Lets keys call `act(name, value)`, where a preset's value is its number; gives a function that stops it. */
export function onKeys(root, act) {
  const press = (event) => {
    const {key, target, defaultPrevented} = event;
    const name = ACTS[key];
    if (!name || defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !ours(key, target, root)) return;
    event.preventDefault();
    act(name, name === 'preset' ? Number(key) : undefined);
  };
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}
