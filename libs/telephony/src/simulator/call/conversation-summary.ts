import type { Outcome } from '#rules/call/outcome.js';
import { pickOne, type RandomNumbers } from '#rules/values/seeded-random.js';
import type { AnsweredScript } from './call-script.js';

type Sentences = readonly [string, ...string[]];

/** Returns one or two sentences that fit the outcome. */
export function summaryOf({ outcome, endReason }: AnsweredScript, random: RandomNumbers): string {
  const sentence = pickOne(random, SUMMARIES[outcome] ?? REACHED);
  const ending = ENDINGS[endReason];
  return ending ? `${sentence} ${ending}` : sentence;
}

const REACHED: Sentences = [
  'The person listened and has not decided anything yet.',
  'A person was reached; nothing was agreed on.',
  'The agent explained why it called. The person wants to think about it.',
];

const SUMMARIES: Partial<Record<Outcome, Sentences>> = {
  goal_reached: [
    'The person agreed and the agent confirmed it.',
    'The call reached its goal: the person said yes.',
    'After a short talk the person agreed to what the agent proposed.',
  ],
  callback_requested: [
    'The person had no time and asked to be called again tomorrow.',
    'It was a bad moment. A call-back for the next day was agreed on.',
  ],
  opt_out: [
    'The person does not want to be called again.',
    'The person asked for their number to be taken off the list, which the agent promised.',
  ],
  voicemail: [
    'A machine answered and the agent left a message.',
    'The call went to voicemail. A short message was left.',
  ],
};

const ENDINGS: Readonly<Record<string, string>> = {
  max_duration: 'The call was cut off at its longest duration.',
  hung_up: 'The call was hung up on our side before the talk was over.',
};
