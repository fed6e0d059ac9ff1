/** The page's colours, as CSS variables tell them, and when they change. */

/** {text, quiet, grid, background, primary, font, dark} in force at a node; `dark` where the text is light. */
export function theme(node) {
  const style = getComputedStyle(node);
  const read = (name) => style.getPropertyValue(`--pg-${name}`).trim();
  return {
    text: read('text'), quiet: read('quiet'), grid: read('grid'), background: read('background'),
    primary: read('primary'), font: style.fontFamily, dark: light(style.color),
  };
}

/** Whether a colour, as a computed style gives it, is a light one. */
function light(colour) {
  const [red, green, blue] = colour.match(/[\d.]+/g).map(Number);
  return 0.3 * red + 0.6 * green + 0.1 * blue > 128;
}

/** Calls `changed` whenever the colours at `node` become others; gives a function that stops it. */
export function onTheme(node, changed) {
  let last = JSON.stringify(theme(node));
  const look = () => {
    if (!node.isConnected) return; // it has no colours
    const now = JSON.stringify(theme(node));
    if (now !== last) changed();
    last = now;
  };
  const watcher = new MutationObserver(look);
  for (let up = node; up; up = up.parentElement) {
    watcher.observe(up, {attributes: true, attributeFilter: ['style', 'class', 'data-theme']});
  }
  watcher.observe(document.head, {childList: true, subtree: true, characterData: true});
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', look);
  return () => {
    watcher.disconnect();
    dark.removeEventListener('change', look);
  };
}
