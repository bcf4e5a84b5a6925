import { describe, expect, it } from 'vitest';
import { telephoneLook } from './telephone-cell.js';

describe('telephoneLook', () => {
  it.each([
    ['+44 20 7946 0123', null, 'number'],
    ["'+442079460123", null, 'number'],
    ['="+442079460123"', null, 'number'],
    ['(202) 555-0143', 'US', 'number'],
    ['020 7946 0123', 'GB', 'number'],
    ['020 7946 0123 ext. 5', 'GB', 'number'],
    ['0044 20 7946 0123', null, 'number'],
    ['2025550143', 'US', 'digits'],
    ['442079460123', null, 'digits'],
    ['020 7946 0123', null, 'likely'],
    ['+44 20 7946 01233', null, 'likely'],
    ['4.42079E+11', null, 'likely'],
    ['02079460123', null, 'likely'],
    ['202-555-0143', null, 'doubtful'],
    ['2025550143', null, 'doubtful'],
    ['4711', 'GB', 'none'],
    ['2027-12-31', 'DE', 'none'],
    ['31.12.2027', 'DE', 'none'],
    ['31/12/2027 10:00', 'DE', 'none'],
    ['20271231', 'DE', 'none'],
    ['12345-6789', 'DE', 'none'],
    ['51.507400', 'DE', 'none'],
    ['192.168.100.100', 'DE', 'none'],
    ['12 High Street', 'GB', 'none'],
    ['DE89370400440532013000', 'DE', 'none'],
    ['1'.repeat(61), 'DE', 'none'],
    ['', null, 'none'],
  ])('the look of %j with default country %s is right', (text, country, look) => {
    expect(telephoneLook(text, country)).toBe(look);
  });
});
