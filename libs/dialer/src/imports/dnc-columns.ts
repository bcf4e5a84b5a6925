import { kindOfColumn, type ColumnKind } from '#csv/telephone-headers.js';
import { TableProblem } from '#csv/table-problem.js';
import { telephoneLook, type TelephoneLook } from '#rules/phone-number/telephone-cell.js';

/** Telephone columns of a file that are read. Of one row no more than twenty numbers are listed anyway. */
const MOST_TELEPHONES = 50;

/** Use of a cell: it is read, or its column is named in the findings as unread, or neither. */
type Use = 'read' | 'unread' | 'none';

/** Uses by the kind of the column's header and the look of the cell. Telephone columns are always read. */
const USES: Readonly<Record<Exclude<ColumnKind, 'telephone'>, Readonly<Record<TelephoneLook, Use>>>> = {
  perhaps: { number: 'read', digits: 'read', likely: 'read', doubtful: 'unread', none: 'none' },
  unknown: { number: 'read', digits: 'read', likely: 'unread', doubtful: 'unread', none: 'none' },
  other: { number: 'read', digits: 'unread', likely: 'unread', doubtful: 'none', none: 'none' },
};

export interface DncFindings {
  /** Columns from which telephone numbers are read. */
  readonly telephone_columns: readonly string[];
  /** Columns that are not read although their cells may be telephone numbers. */
  readonly unread_columns: readonly string[];
}

interface Choice {
  readonly header: readonly string[];
  /** Indexes of the columns that surely hold numbers. */
  readonly surest: readonly number[];
  /** True if the sender has named the column: then no other is read. */
  readonly isNamed: boolean;
  /** Cells of the first row of a file without a header. */
  readonly firstCells: readonly string[] | null;
  readonly country: string | null;
  /** Findings of the worker that began this import. */
  readonly found: Partial<DncFindings> | null;
}

/** Chooses the cells of a do-not-call file that are read, and remembers which columns were read and which were not. */
export class DncColumns {
  /** Indexes of all columns, telephone columns first. */
  readonly order: readonly number[];
  private readonly kinds: readonly ColumnKind[];
  private readonly read: Set<string>;
  private readonly unread: Set<string>;

  /** @throws TableProblem if there are too many telephone columns. */
  constructor(private readonly choice: Choice) {
    const { header, surest, found } = choice;
    this.kinds = header.map((_, index) => (surest.includes(index) ? 'telephone' : kindOf(choice, index)));
    const telephones = header.flatMap((_, index) => (this.isTelephone(index) ? [index] : []));
    if (telephones.length > MOST_TELEPHONES)
      throw new TableProblem(
        'too_many_columns',
        `The file has ${telephones.length} columns of telephones, ${MOST_TELEPHONES} are read at most: split the file.`,
      );
    const others = header.flatMap((_, index) => (this.isTelephone(index) ? [] : [index]));
    this.order = [...surest, ...telephones.filter((index) => !surest.includes(index)), ...others];
    this.read = new Set([...telephones.map((index) => header[index]!), ...(found?.telephone_columns ?? [])]);
    this.unread = new Set(found?.unread_columns);
  }

  isRead(index: number, text: string, country: string | null): boolean {
    const kind = this.kinds[index]!;
    if (this.isTelephone(index)) return true;
    const use = USES[kind === 'telephone' ? 'perhaps' : kind][telephoneLook(text, country)];
    const name = this.choice.header[index]!;
    const isRead = use === 'read' && !this.choice.isNamed;
    if (isRead) this.read.add(name);
    else if (use !== 'none') this.unread.add(name);
    return isRead;
  }

  findings(): DncFindings {
    return {
      telephone_columns: [...this.read],
      unread_columns: [...this.unread].filter((name) => !this.read.has(name)),
    };
  }

  private isTelephone(index: number): boolean {
    return this.choice.surest.includes(index) || (!this.choice.isNamed && this.kinds[index] === 'telephone');
  }
}

/** Returns the kind of a column by its header, or by the first row of a file without one. */
function kindOf({ header, firstCells, country }: Choice, index: number): ColumnKind {
  if (firstCells === null) return kindOfColumn(header[index]!);
  return ['number', 'digits'].includes(telephoneLook(firstCells[index] ?? '', country)) ? 'telephone' : 'unknown';
}
