/** A wish, or one that is none after certain words: "you never call me" complains of the opposite. */
export type WishRule = string | { readonly say: string; readonly notAfter: string };

/**
 * The rules of one language, for translators. Each is a pattern of words (`parsePattern` in pattern.ts says how they
 * are written), and holds for text in small letters without accents.
 */
export interface OptOutRules {
  /** Nobody who says this wants to be called again. */
  readonly wishes: readonly WishRule[];
  /** Words that may follow in the same clause, in any number. Anything else ("until Friday") makes it another wish. */
  readonly endings: readonly string[];
  /** Words that turn a wish round when they come before it. */
  readonly reversals: readonly string[];
  /** Words that come before a wish and mean nothing, although there are words in it that would turn it round. */
  readonly asides: readonly string[];
  /** Words of a person who wants to be called at another time. */
  readonly later: readonly string[];
}
