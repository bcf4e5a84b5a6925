export interface Mutation {
  readonly claim: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  /** Stands in its place. */
  readonly put: string;
  /** As vitest takes them. */
  readonly tests: readonly string[];
}

/** Claims of docs/security.md, each with a change of the code that breaks it, and the tests that must then fail. */
export const MUTATIONS: readonly Mutation[];
