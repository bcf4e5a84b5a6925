/** Rule of a wish, which may not follow certain words: "you never call me" complains of the opposite. */
export type WishRule = string | { readonly say: string; readonly notAfter: string };

/**
 * Rules of one language, for translators. Each is a pattern of words (`parsePattern` in pattern.ts describes the form),
 * which applies to text in small letters without accents.
 */
export interface OptOutRules {
  /** Wishes of people who do not want to be called again. */
  readonly wishes: readonly WishRule[];
  /** Words that may follow in the same clause, in any number. Other words ("until Friday") change the wish. */
  readonly endings: readonly string[];
  /** Words that reverse a wish when they precede it. */
  readonly reversals: readonly string[];
  /** Words before a wish without meaning, although they contain words that would reverse it. */
  readonly asides: readonly string[];
  /** Words of people who want to be called at another time. */
  readonly later: readonly string[];
}
