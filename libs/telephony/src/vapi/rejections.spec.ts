import { describe, expect, it } from 'vitest';
import { refusalOf } from './rejections.js';

const refusal = (status: number, message: unknown) => refusalOf(status, Buffer.from(JSON.stringify({ message })));

describe('a refusal of Vapi', () => {
  it.each([
    ['permanent', ['customer.number must be a valid phone number in the E.164 format. Hot tip, …']],
    ['permanent', 'Invalid Customer Number.'],
    ['permanent', "The Customer's Phone Number Is Not A Number."],
    ['retryable', 'Free Vapi Numbers Can Not Make International Calls.'],
    [
      'retryable',
      'Twilio Error: Account Not Authorized To Call +33 1 …. Enable International Permissions: …/geo-permissions',
    ],
    ['account', 'Twilio Error: The Number +442079460101 Is Unverified. Trial Accounts May Only Call Verified Numbers.'],
    ['account', 'The Customer Number Is Not A Verified Caller ID.'],
    ['throttle', 'Over Concurrency Limit.'],
    ['throttle', "Couldn't Start Call. Numbers Bought On Vapi Have A Daily Outbound Call Limit. Import Your Own …"],
    ['account', 'Wallet Balance Is -0.12. Purchase More Credits.'],
    ['account', 'Your Subscription Is Frozen.'],
    ['account', ['assistant.voice.voiceId must be one of …', 'assistant.model.model must be one of …']],
    ['account', 'phoneNumberId must be a UUID'],
    ['account', "Couldn't Find Phone Number."],
    ['account', ['property metadata should not exist']],
    ['retryable', 'Something Went Wrong.'],
    ['retryable', []],
    ['retryable', 7],
    ['retryable', { constructor: 'customer' }],
  ])('is %s: %j', (fault, message) => {
    expect(refusal(400, message).fault).toBe(fault);
  });

  it.each([
    [401, 'account'],
    [402, 'account'],
    [403, 'account'],
    [404, 'account'],
    [409, 'retryable'],
    [429, 'throttle'],
  ])('by its status, HTTP %i, is %s, whatever else it says', (status, fault) => {
    expect(refusal(status, 'Something Went Wrong.').fault).toBe(fault);
    expect(refusalOf(status, Buffer.from('<html>')).fault).toBe(fault);
  });

  it('is told in its own words, without anybody of whom they speak', () => {
    expect(refusal(400, ['One.', 'Two.']).code).toBe('One.; Two.');
    expect(refusal(400, 'Not To +442079460101, please.').code).toBe('Not To …, please.');
    for (const number of [
      '+44 20 7946 0101',
      '(020) 7946-0101',
      '+1 (415) 555-0100',
      '020.7946.0101',
      '+44–20–7946–0101',
    ])
      expect(refusal(400, `Not To ${number}, please.`).code).toBe('Not To …, please.');
    expect(refusal(400, 'Wallet Balance Is -0.12, of 2026.').code).toBe('Wallet Balance Is -0.12, of 2026.');
    expect(refusal(400, 'long '.repeat(100)).code).toHaveLength(200);
    expect(refusalOf(400, Buffer.from('<html>')).code).toBe('HTTP 400');
  });

  it('for a day lasts longer than others', () => {
    expect(refusal(400, 'Numbers Bought On Vapi Have A Daily Outbound Call Limit.').pauseSeconds).toBe(3_600);
    expect(refusal(400, 'Over Concurrency Limit.').pauseSeconds).toBeUndefined();
  });
});
