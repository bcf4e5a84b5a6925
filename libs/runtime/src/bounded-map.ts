/** A map that keeps the `most` entries that were set last. */
export class BoundedMap<Key, Value> {
  private readonly entries = new Map<Key, Value>();

  constructor(private readonly most: number) {}

  get(key: Key): Value | undefined {
    return this.entries.get(key);
  }

  /** Sets the entry as the latest one. A map that is full drops its earliest entry. */
  set(key: Key, value: Value): void {
    this.entries.delete(key);
    const [first] = this.entries.keys();
    if (first !== undefined && this.entries.size >= this.most) this.entries.delete(first);
    this.entries.set(key, value);
  }

  delete(key: Key): void {
    this.entries.delete(key);
  }
}
