/** The address of a page of this app that a link (name and query) leads to from `base`; null where it leads elsewhere. */
export function pageAddress(link, base) {
  if (!/^[a-z_]+(\?[\w=&%.~-]*)?$/.test(link)) return null;
  const address = new URL(link, base);
  return address.origin === new URL(base).origin ? address.href : null;
}

/** The page's address as others reach it: under `home`, the app's public one, where it has one; `qr` lies under its path. */
export function shareable(address, home, qr) {
  if (!home) return address;
  const base = qr.slice(0, qr.lastIndexOf('/playground/'));
  return home + address.slice(new URL(address).origin.length + base.length);
}

/** The page's address with one item of its query set, or taken out for null; the rest stays letter by letter. */
export function withItem(address, name, value) {
  const [whole, hash] = address.split('#'); // URLSearchParams would spoil `~`
  const [path, query = ''] = whole.split('?');
  const items = query.split('&').filter((item) => item && item.split('=')[0] !== name);
  if (value !== null) items.push(`${name}=${value}`);
  return path + (items.length ? `?${items.join('&')}` : '') + (hash === undefined ? '' : `#${hash}`);
}

/** The page's address as its audience may have it: without the stage, the talk and the frame of another page. */
export function audience(address) {
  return ['present', 'talk', 'embed', 'embed_options'].reduce((link, name) => withItem(link, name, null), address);
}

/** Goes to an address of this app without loading it again: as Back and Forward do. The browser's Back leads here. */
export function visit(address) {
  history.pushState(null, '', address);
  dispatchEvent(new PopStateEvent('popstate'));
}
