/** "You are calling customers to confirm their delivery" → "to confirm their delivery". */
const CALLING_FOR = /\bcall(?:s|ing)?\b[^.!?;:\n]{0,60}?\s((?:about|regarding|concerning|to)\s[^.!?;:\n]{3,120})/i;

/** "Your goal is to book an appointment" → "to book an appointment". */
const GOAL_IS = /\b(?:aim|goal|job|purpose|task) is (to\s[^.!?;:\n]{3,120})/i;

const SPOKEN_TO = /\b(?:their|his or her|the (?:caller|client|customer|lead|patient|person)['’]s)\b/gi;

const MOST_CHARACTERS = 60;

/** Characters of a prompt that are searched. A prompt states its purpose at the beginning. */
const MOST_READ = 2_000;

/**
 * Finds the purpose of the call in a system prompt, worded as the agent would say it.
 * @returns null if the prompt does not state it in known words.
 */
export function purposeOf(systemPrompt: string): string | null {
  const beginning = systemPrompt.slice(0, MOST_READ);
  const [, found] = CALLING_FOR.exec(beginning) ?? GOAL_IS.exec(beginning) ?? [];
  return found === undefined ? null : shortened(found.trim().replaceAll(SPOKEN_TO, 'your'));
}

function shortened(phrase: string): string {
  if (phrase.length <= MOST_CHARACTERS) return phrase;
  const words = phrase.slice(0, MOST_CHARACTERS + 1).split(/\s+/);
  return words.slice(0, -1).join(' ').replace(/,$/, '');
}
