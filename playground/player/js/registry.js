/** Where the page's head finds the player that is on the page. */

const there = new Set();

export const registry = {
  add(player) {
    for (const one of there) if (!one.root.isConnected) there.delete(one);
    there.add(player);
  },

  remove: (player) => there.delete(player),

  /** The newest player whose place is on the page; null where there is none. */
  get player() {
    return [...there].filter(({root}) => root.isConnected).at(-1) ?? null;
  },
};
