type Rule = readonly [pattern: RegExp, replacement: string];

const RULES: readonly Rule[] = [
  // A password in a URL, of a database or a queue.
  [/(\w+:\/\/[^\s:/@"]*):[^\s@"]+@/g, '$1:***@'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 ***'],
  // JSON Web Tokens, and what they begin with alone: `{"` in base64.
  [/\beyJ[\w-]+(?:\.[\w-]*){0,4}/g, 'eyJ***'],
  // Our refresh tokens, one-time links, setup tokens and API keys; keys of a Supabase project; secrets of webhooks.
  [/\b(rt_|ot_|st_|od_live_|sb_secret_|sb_publishable_|whsec_)[\w+/=-]+/g, '$1***'],
  [
    /("?\b(?:password|new_password|current_password|secret|token|access_token|refresh_token|setup_token)\\?"?\s*[:=]\s*\\?"?)[^\s"\\,}&]+/gi,
    '$1***',
  ],
  // E.164, also percent-encoded; the last two digits stay, to tell calls apart.
  [/(\+|%2B)[1-9]\d{4,12}(\d{2})(?!\d)/g, '$1***$2'],
];

/** `text` without secrets and without the numbers of people, for logs. */
export function redacted(text: string): string {
  return RULES.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
}
