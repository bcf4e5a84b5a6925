import 'reflect-metadata';

type Mismatch<Columns, Body> = Exclude<keyof Columns, keyof Body> | Exclude<keyof Body, keyof Columns>;

type Entity = new () => object;

const ENTITY = 'outdial:entity';

/**
 * Marks a DTO that has a property for each of these columns, and no other. A DTO that lacks a column, or has a property
 * that is not stored, does not compile. Such a property would be accepted and dropped.
 *
 * @param entity that has the columns. A test compares lengths and null with those of the document.
 */
export function HasColumns<Columns>(entity: Entity) {
  return <Body>(
    type: (new () => Body) &
      ([Mismatch<Columns, Body>] extends [never] ? unknown : { mismatch: Mismatch<Columns, Body> }),
  ): void => Reflect.defineMetadata(ENTITY, entity, type);
}

/** Returns the entity whose columns a DTO has; undefined for a DTO of no entity. */
export function entityOf(dto: new () => object): Entity | undefined {
  return Reflect.getOwnMetadata(ENTITY, dto) as Entity | undefined;
}
