import type { Mapping } from '#csv/mapping.js';
import type { ImportFindings } from '#database/entities/import.entity.js';
import type { ImportKind } from '#rules/lead/import-status.js';
import { columnVariables } from '#rules/template/template-names.js';

/** Returns how a campaign's texts name the columns of a contact file that become custom fields. */
export function variableFindings(
  kind: ImportKind,
  header: readonly string[],
  mapping: Mapping,
): Pick<ImportFindings, 'custom_fields'> {
  if (kind !== 'contacts') return {};
  const mapped = new Set(Object.values(mapping).flat());
  return { custom_fields: columnVariables(header.filter((name) => !mapped.has(name))) };
}
