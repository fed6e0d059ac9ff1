/** Where the page's head finds the player that is on the page. */

export const registry = {player: null};
