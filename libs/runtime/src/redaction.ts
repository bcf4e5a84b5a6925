type Rule = readonly [pattern: RegExp, replacement: string];

const RULES: readonly Rule[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 ***'],
  // JSON Web Tokens, and their beginning alone: `{"` in base64.
  [/\beyJ[\w-]+(?:\.[\w-]*){0,4}/g, 'eyJ***'],
  // Refresh tokens, one-time links, setup tokens and API keys of Outdial; keys of Supabase; secrets of webhooks.
  [/\b(rt_|ot_|st_|od_live_|sb_secret_|sb_publishable_|whsec_)[\w+/=-]+/g, '$1***'],
  [
    /("?\b(?:(?:new_|current_)?password|secret|(?:access_|refresh_|setup_)?token)\\?"?\s*[:=]\s*\\?"?)[^\s"\\,}&]+/gi,
    '$1***',
  ],
  // E.164, also percent-encoded. The last two digits stay, to tell calls apart.
  [/(\+|%2B)[1-9]\d{4,12}(\d{2})(?!\d)/g, '$1***$2'],
];

/**
 * Returns a text without secrets and phone numbers of people, for logs. Takes time in proportion to the text: each rule
 * begins with letters of its own. No two of its repetitions meet (test/security/patterns.test.ts).
 */
export function redacted(text: string): string {
  return RULES.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), withoutPasswords(text));
}

/** Removes the password in a URL of a database or a queue: the text between the name and the `@`. */
function withoutPasswords(text: string): string {
  const parts = text.split('@');
  return parts.map((part, index) => (index < parts.length - 1 ? withoutPassword(part) : part)).join('@');
}

/**
 * Removes a password at the end.
 * @param text ends where an `@` stood.
 */
function withoutPassword(text: string): string {
  const blank = Math.max(...BLANKS.map((one) => text.lastIndexOf(one)));
  for (let at = text.indexOf('://', blank + 1); at >= 0; at = text.indexOf('://', at + 1)) {
    const end = endOfName(text, at + 3);
    if (text[end] === ':' && end + 1 < text.length) return `${text.slice(0, end)}:***`;
    at = end - 1;
  }
  return text;
}

/** Characters that no URL has, as JSON logs them: line ends and tabs become a backslash and a letter. */
const BLANKS = [' ', '\n', '\r', '\t', '"'];

function endOfName(text: string, from: number): number {
  let end = from;
  while (end < text.length && text[end] !== ':' && text[end] !== '/') end += 1;
  return end;
}
