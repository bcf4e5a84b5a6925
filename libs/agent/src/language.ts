/** Returns a language's name, as in "Austrian German" for `de-AT`; an unknown tag is returned as it is. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
