/** Characters of texts that the database itself does not limit. */
export const TEXT_LIMITS = {
  campaigns: { description: 10_000, system_prompt: 100_000, first_message: 2_000 },
  consents: { wording: 10_000, evidence_url: 2_000 },
} as const;

/** Characters of texts that their columns limit too. The entities, the API and the imports take them from here. */
export const COLUMN_LIMITS = {
  leads: { first_name: 100, last_name: 100, email: 255 },
  dnc_entries: { reason: 255 },
} as const;
