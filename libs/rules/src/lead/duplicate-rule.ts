/** Fields of a contact that a file may replace. */
export const REPLACEABLE_FIELDS = ['first_name', 'last_name', 'email', 'timezone', 'custom_fields'] as const;
export type ReplaceableField = (typeof REPLACEABLE_FIELDS)[number];

/** Meaning of a rule for what is there already. */
interface DuplicateTerms {
  /** Fields of a contact that are replaced by the filled cells of its row. */
  readonly contact: readonly ReplaceableField[];
  /** True if the reason of an entry of the do-not-call list is replaced. Its end only ever becomes later. */
  readonly dncReason: boolean;
}

const TERMS = {
  skip: { contact: [], dncReason: false },
  update: { contact: REPLACEABLE_FIELDS, dncReason: true },
} as const satisfies Readonly<Record<string, DuplicateTerms>>;

/** Rule for a number that is there already when a file brings it. Everything else is derived from this table. */
export type DuplicateRule = keyof typeof TERMS;

export const DUPLICATE_TERMS: Readonly<Record<DuplicateRule, DuplicateTerms>> = TERMS;

export const DUPLICATE_RULES = Object.keys(TERMS) as readonly DuplicateRule[];
