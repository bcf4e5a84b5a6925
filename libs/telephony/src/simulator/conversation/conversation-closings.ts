import { agent, person } from './conversation-turn.js';

export const GOAL_REACHED = [
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

export const REACHED = [
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

export const CALLBACK_REQUESTED = [
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

export const OPT_OUT = [
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

export const VOICEMAIL = [
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
