import { agent, person, type Turn } from './conversation-turn.js';

/** Pairs of question and answer, usable in any order. */
export const EXCHANGES: readonly (readonly [Turn, Turn])[] = [
  [
    agent('Are your details with us still correct?', 'Has anything changed on your side lately?'),
    person('Yes, nothing has changed.', 'I have moved, but the number is the same.', 'As far as I know, yes.'),
  ],
  [
    agent('Have you used our service before?', 'Is this the first time you hear from us?'),
    person('Once or twice, a while ago.', 'No, never before.', 'Yes, last year I think.'),
  ],
  [
    agent('Would mornings or afternoons suit you better?', 'What time of day is best for you?'),
    person('Mornings, before ten.', 'Afternoons, usually.', 'It does not matter much.', 'After work, around six.'),
  ],
  [
    agent('Did you receive the message we sent you?', 'Did our letter arrive?'),
    person('Yes, I read it.', 'I do not think so. Can you send it again?', 'Maybe, I get so many.'),
  ],
  [
    agent('May I ask how satisfied you have been so far?', 'How has it been for you until now?'),
    person('Quite happy, thank you.', 'It could be better, to be honest.', 'No complaints.'),
  ],
  [
    agent('Is there anything you would like to know first?', 'Do you have any questions so far?'),
    person('How long does it take?', 'Does it cost anything?', 'Who else will see my data?', 'No, it is clear.'),
  ],
  [
    agent('Shall I send you the details in writing?', 'Would a text message with the details help?'),
    person('Yes, please do.', 'No need, thank you.', 'An e-mail would be better.'),
  ],
  [
    agent('Are you the person who decides on this?', 'Is there somebody else I should speak to?'),
    person('I would talk it over at home.', 'No, I decide that myself.', 'My partner and I, together.'),
  ],
  [
    agent(
      'It takes about ten minutes in all.',
      'There is no cost for you in this.',
      'You can change your mind at any time.',
    ),
    person('That sounds fine.', 'Good to know.', 'Okay, I see.'),
  ],
  [
    agent('Sorry, the line was poor. Could you say that again?', 'I did not quite hear that, sorry.'),
    person('I said that it is fine by me.', 'Is it better now?', 'I was saying: go on, please.'),
  ],
];
