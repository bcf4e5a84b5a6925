import type { ConversationTurn } from '#rules/call-event.js';
import type { Outcome } from '#rules/outcome.js';

type Texts = readonly [string, ...string[]];

/** One turn, to be said in one of several ways; `{name}`, `{owner}` and `{purpose}` are filled in. */
export interface Line {
  readonly role: ConversationTurn['role'];
  readonly texts: Texts;
}

export interface PlotLines {
  readonly opening: readonly Line[];
  /** Whether there is anything to talk about between opening and closing. */
  readonly hasSmallTalk: boolean;
  readonly closing: readonly Line[];
}

export const DEFAULT_PURPOSES: Texts = [
  'about your recent enquiry',
  'about your account with us',
  'about the information you asked for',
  'about your next appointment',
  'with a short question on our service',
  'to follow up on your last visit',
  'to check that your details are up to date',
];

const GREETING: Line = agent(
  'Hello{name}, I am calling {purpose}. Do you have a minute?',
  'Good day{name}. This is the automated assistant, calling {purpose}.',
  'Hi{name}! I am an automated assistant and I am calling {purpose}. Is this a good time?',
  'Hello{name}, thank you for picking up. I am calling {purpose}.',
  'Hi{name}, this will only take a moment: I am calling {purpose}.',
  'Hello{name}, can you hear me well? I am calling {purpose}.',
  'Good day{name}, I hope I am not disturbing you. I am calling {purpose}.',
  'Hello{name}, this is a short call; I am calling {purpose}.',
);

const FRIENDLY_REPLY = person(
  'Hello, yes, that is me.',
  'Oh, hi. Sure, go ahead.',
  'Yes, I have a minute.',
  'All right, what is it about exactly?',
  'Speaking. How can I help?',
  'Okay, but please be quick, I am about to leave.',
  'Hello. Yes, I remember.',
  'Hi, I was expecting your call.',
  'Good timing, I just sat down.',
);

/** Question and answer, in any order. */
export const EXCHANGES: readonly (readonly [Line, Line])[] = [
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

const GOAL_REACHED = [
  agent(
    'Shall I put you down for it, then?',
    'Can I confirm that for you now?',
    'Would you like to go ahead?',
    'So may I book it in?',
    'Is that all right with you?',
  ),
  person(
    'Yes, please do.',
    'Yes, that works for me.',
    'All right, let us do it.',
    'Sure, go ahead.',
    'Yes, sounds good.',
    'Okay, I agree.',
  ),
  agent(
    'Great, that is confirmed. You will get a message with the details.',
    'Perfect, it is done. Thank you!',
    'Wonderful, I have noted it.',
    'Thank you, everything is set.',
    'Good, that is arranged then.',
  ),
  person(
    'Thanks. Bye!',
    'Great, goodbye.',
    'Thank you, have a nice day.',
    'Okay, talk to you then.',
    'Perfect. Bye now.',
  ),
];

const REACHED = [
  agent(
    'Would you like to go ahead?',
    'Shall I arrange it for you?',
    'Is that something for you?',
    'Can I put you down for it?',
  ),
  person(
    'I need to think about it.',
    'Not at the moment, thank you.',
    'I am not sure yet.',
    'Probably not, but thanks for telling me.',
    'Let me talk to my family first.',
    'I will have a look on your website.',
  ),
  agent(
    'Of course, take your time.',
    'That is fine, thank you for your time.',
    'I understand. You can always reach us.',
    'No problem at all. Thank you for listening.',
  ),
  person('Okay, goodbye.', 'Thanks, bye.', 'You too, bye.', 'All right. Have a nice day.'),
];

const CALLBACK_REQUESTED = [
  person(
    'Sorry, I am driving. Can you call me tomorrow?',
    'It is a bad moment. Could you try again tomorrow?',
    'I am in a meeting, please call back tomorrow.',
    'Can we do this tomorrow, at about the same time?',
    'I have a visitor here. Tomorrow would be better.',
  ),
  agent(
    'Of course. I will call again tomorrow at about this time.',
    'No problem, we will speak tomorrow then.',
    'Sure, I have noted it: tomorrow, around this time.',
    'Gladly. Expect our call tomorrow.',
  ),
  person('Thanks, speak tomorrow.', 'Good, bye.', 'Perfect, until tomorrow.', 'That works. Bye.'),
];

const OPT_OUT = [
  person(
    'Please do not call this number again.',
    'Take me off your list, please.',
    'I do not want any more of these calls.',
    'Stop calling me, please. For good.',
    'Remove my number. I mean it.',
  ),
  agent(
    'Understood. I will take your number off our list now.',
    'I am sorry to have disturbed you. We will not call again.',
    'Of course, I am removing your number.',
    'I have noted it: no more calls to this number.',
  ),
  person('Good. Goodbye.', 'Thank you. Bye.', 'I hope so.', 'Right. Bye.'),
];

const REFUSED = [
  person(
    'Not interested.',
    'No, thank you.',
    'I do not have time for this.',
    'Whatever it is, no.',
    'Another sales call? No.',
    'Sorry, no.',
  ),
  agent(
    'I understand. Have a nice day.',
    'All right, thank you anyway.',
    'No problem, goodbye.',
    'Sorry for the disturbance. Goodbye.',
  ),
];

const CAUTIOUS_HELLO = person('Hello?', 'Yes?', 'Hello, who is this?', 'Yes, hello?', 'Speaking.');

const MACHINE_GREETING = person(
  'You have reached {owner}. Please leave a message after the tone.',
  'Hi, this is the voicemail of {owner}. Leave a message and I will get back to you.',
  'The person you are calling is not available. Please record your message after the tone.',
  'Hello, I cannot take your call right now. Leave your name and number after the beep.',
  'This is the mailbox of {owner}. Nobody is in at the moment.',
);

const MESSAGE = agent(
  'Hello{name}, this is an automated assistant. I was calling {purpose}.',
  'Good day{name}. I called {purpose} and am sorry to have missed you.',
  'A short message{name}: I was calling {purpose}.',
);

const VOICEMAIL = [
  agent(
    'We will try to reach you again. You can also call us back at this number.',
    'Please call us back when it suits you.',
    'There is nothing you need to do now; we will call again.',
    'If you would like to talk, this number will reach us.',
  ),
  person(
    'Your message has been saved. Goodbye.',
    'Message recorded.',
    'Thank you. Your message will be delivered.',
    'End of recording. Goodbye.',
  ),
];

const TALK = [GREETING, FRIENDLY_REPLY];

/** Outcomes that no answered call has are told as plainly `reached`. */
export function plotLines(outcome: Outcome): PlotLines {
  switch (outcome) {
    case 'goal_reached':
      return { opening: TALK, hasSmallTalk: true, closing: GOAL_REACHED };
    case 'callback_requested':
      return { opening: [CAUTIOUS_HELLO, GREETING], hasSmallTalk: false, closing: CALLBACK_REQUESTED };
    case 'opt_out':
      return { opening: [CAUTIOUS_HELLO, GREETING], hasSmallTalk: false, closing: OPT_OUT };
    case 'refused':
      return { opening: [CAUTIOUS_HELLO, GREETING], hasSmallTalk: false, closing: REFUSED };
    case 'voicemail':
      return { opening: [MACHINE_GREETING, MESSAGE], hasSmallTalk: false, closing: VOICEMAIL };
    default:
      return { opening: TALK, hasSmallTalk: true, closing: REACHED };
  }
}

function agent(...texts: Texts): Line {
  return { role: 'agent', texts };
}

function person(...texts: Texts): Line {
  return { role: 'person', texts };
}
