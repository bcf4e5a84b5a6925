type Mismatch<Columns, Body> = Exclude<keyof Columns, keyof Body> | Exclude<keyof Body, keyof Columns>;

/**
 * Marks a DTO that has a property for each of these columns, and no other. A DTO that lacks a column, or has a property
 * that is not stored, does not compile. Such a property would be accepted and dropped.
 */
export function HasColumns<Columns>() {
  return <Body>(
    _type: (new () => Body) &
      ([Mismatch<Columns, Body>] extends [never] ? unknown : { mismatch: Mismatch<Columns, Body> }),
  ): void => undefined;
}
