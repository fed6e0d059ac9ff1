/** Making nodes. */

const HYPHENS = /(?<![\w.)])-(?=\.?\d)/g; // of negative numbers, not of dates and ranges

/** A node with attributes and children (nodes or text). */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Writes a text where it differs: the same text again would still cost a layout. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Gives negative numbers in a chart's words a true minus, as axes and read-outs have it: templates write a hyphen. */
export function trueMinus(chart) {
  for (const {firstChild: words} of chart.querySelectorAll('text, tspan')) {
    if (words?.nodeType === Node.TEXT_NODE && words.data.includes('-')) words.data = words.data.replace(HYPHENS, '−');
  }
}
