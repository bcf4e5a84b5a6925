/** Puts an entry behind all others; where there is no room, what was put there first is forgotten. */
export function remember<Key, Value>(known: Map<Key, Value>, [key, value]: readonly [Key, Value], most: number): void {
  known.delete(key);
  const [first] = known.keys();
  if (first !== undefined && known.size >= most) known.delete(first);
  known.set(key, value);
}
