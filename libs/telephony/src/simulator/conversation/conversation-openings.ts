import { agent, person, type Line, type Texts } from './conversation-turn.js';

export const DEFAULT_PURPOSES: Texts = [
  'about your recent enquiry',
  'about your account with us',
  'about the information you asked for',
  'about your next appointment',
  'with a short question on our service',
  'to follow up on your last visit',
  'to check that your details are up to date',
];

export const GREETING: Line = agent(
  'Hello{name}, I am calling {purpose}. Do you have a minute?',
  'Good day{name}. This is the automated assistant, calling {purpose}.',
  'Hi{name}! I am an automated assistant and I am calling {purpose}. Is this a good time?',
  'Hello{name}, thank you for picking up. I am calling {purpose}.',
  'Hi{name}, this will only take a moment: I am calling {purpose}.',
  'Hello{name}, can you hear me well? I am calling {purpose}.',
  'Good day{name}, I hope I am not disturbing you. I am calling {purpose}.',
  'Hello{name}, this is a short call; I am calling {purpose}.',
);

export const FRIENDLY_REPLY = person(
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

export const CAUTIOUS_HELLO = person('Hello?', 'Yes?', 'Hello, who is this?', 'Yes, hello?', 'Speaking.');

export const MACHINE_GREETING = person(
  'You have reached the voicemail{of}. Please leave a message after the tone.',
  'Hi, this is the mailbox{of}. Leave a message and I will get back to you.',
  'The person you are calling is not available. Please record your message after the tone.',
  'Hello, I cannot take your call right now. Leave your name and number after the beep.',
  'You are speaking to the answering machine{of}. Nobody is in at the moment.',
);

export const MESSAGE = agent(
  'Hello{name}, this is an automated assistant. I was calling {purpose}.',
  'Good day{name}. I called {purpose} and am sorry to have missed you.',
  'A short message{name}: I was calling {purpose}.',
);
