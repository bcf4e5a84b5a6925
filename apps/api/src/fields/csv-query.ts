import type { CsvForm } from '#csv/csv-line.js';
import { DELIMITERS, isDelimiter } from '#csv/delimiter.js';
import { ChoiceField } from './fields.js';

const DELIMITER_NAMES = [...DELIMITERS, 'tab'];

/** Form in which a CSV file is written. */
export class CsvQuery {
  @ChoiceField({
    choices: ['excel'],
    optional: true,
    description:
      'For Excel and LibreOffice: with a byte order mark, and with a tab before numbers and dates that they ' +
      'would change (`+44…`, `007`, `1-2`).',
  })
  for?: string;

  @ChoiceField({
    choices: DELIMITER_NAMES,
    optional: true,
    description: 'Between two cells; a comma if left out. Excel wants `;` where the decimal sign is a comma.',
  })
  delimiter?: string;
}

/** The form that a query asks for. */
export function csvForm({ for: reader, delimiter = ',' }: Pick<CsvQuery, 'for' | 'delimiter'>): CsvForm {
  const sign = delimiter === 'tab' ? '\t' : delimiter;
  return { delimiter: isDelimiter(sign) ? sign : ',', isForSpreadsheets: reader === 'excel' };
}
