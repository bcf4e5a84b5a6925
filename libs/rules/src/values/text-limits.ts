/** Characters of texts that the database itself does not limit. */
export const TEXT_LIMITS = {
  campaigns: { description: 10_000, system_prompt: 100_000, first_message: 2_000 },
  consents: { wording: 10_000, evidence_url: 2_000 },
} as const;
