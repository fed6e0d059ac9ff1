/** Making nodes. */

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
