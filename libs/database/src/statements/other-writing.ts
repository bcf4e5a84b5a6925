/**
 * The other writing of an Argentine number as SQL; null for all other numbers. A mobile has a 9 after +54 when it is
 * called from abroad. Its other digits do not tell, and no fixed line has the same (Plan Fundamental de Numeración
 * Nacional, SC 46/97).
 *
 * @param number an SQL expression, E.164.
 */
export function otherWritingOf(number: string): string {
  return `CASE WHEN ${number} LIKE '+549%' THEN '+54' || substr(${number}, 5)
    WHEN ${number} LIKE '+54%' THEN '+549' || substr(${number}, 4) END`;
}
