import { getMetadataArgsStorage } from 'typeorm';

/** Columns of an entity, with their types. Relations are optional properties, since only some queries load them. */
export type Columns<Entity> = {
  [Name in keyof Entity as undefined extends Entity[Name] ? never : Name]: Entity[Name];
};

type ColumnName<Entity> = keyof Columns<Entity> & string;

/**
 * Lists the columns of an entity in the order of their declaration, for hand-written statements.
 * @param without columns to leave out.
 */
export function columnsOf<Entity, Out extends ColumnName<Entity> = never>(
  entity: new () => Entity,
  without: readonly Out[] = [],
): readonly Exclude<ColumnName<Entity>, Out>[] {
  const declared = getMetadataArgsStorage().filterColumns(entity);
  const names = declared.map(({ propertyName }) => propertyName as ColumnName<Entity>);
  const leftOut: readonly string[] = without;
  return names.filter((name): name is Exclude<ColumnName<Entity>, Out> => !leftOut.includes(name));
}
