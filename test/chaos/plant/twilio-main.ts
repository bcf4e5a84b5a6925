import { openTwilioSide, type TwilioSide } from './twilio-side.js';

/** The runner holds the other end of the channel: without it there is nobody to play for. */
process.title = 'chaos-twilio';
process.once('disconnect', () => process.exit());

const fake = await openTwilioSide(JSON.parse(process.argv[2] ?? '') as TwilioSide);
process.on('message', (order: { refusesLookups?: unknown }) => void (fake.isAway = order.refusesLookups === true));
console.log(`A fake of Twilio is listening on ${fake.url}`);
