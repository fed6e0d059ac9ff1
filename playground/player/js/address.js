/** The page's address with one item of its query set, or taken out for null; the rest stays letter by letter. */
export function withItem(address, name, value) {
  const [whole, hash] = address.split('#'); // URLSearchParams would spoil `~`
  const [path, query = ''] = whole.split('?');
  const items = query.split('&').filter((item) => item && item.split('=')[0] !== name);
  if (value !== null) items.push(`${name}=${value}`);
  return path + (items.length ? `?${items.join('&')}` : '') + (hash === undefined ? '' : `#${hash}`);
}
