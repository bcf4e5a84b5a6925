/** Entries that the list may have. */
export const MOST_ENTRIES = 20;

/**
 * Names in which an overloaded word means what it says. `name` matches the name, `path` where it stands (everywhere if
 * left out).
 *
 * @type {readonly { name: RegExp, path?: RegExp, reason: string }[]}
 */
export const ALLOWED = [];
