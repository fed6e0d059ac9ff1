/** The page's colours, as CSS variables tell them, and when they change. */

/** {text, quiet, grid, background, primary, font} in force at a node. */
export function theme(node) {
  const style = getComputedStyle(node);
  const read = (name) => style.getPropertyValue(`--pg-${name}`).trim();
  return {
    text: read('text'), quiet: read('quiet'), grid: read('grid'), background: read('background'),
    primary: read('primary'), font: style.fontFamily,
  };
}

/** Calls `changed` whenever the colours at `node` become others; gives a function that stops it. */
export function onTheme(node, changed) {
  let last = JSON.stringify(theme(node));
  const look = () => {
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
