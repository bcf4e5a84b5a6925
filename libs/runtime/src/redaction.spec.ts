import { describe, expect, it } from 'vitest';
import { redacted } from './redaction.js';

describe('redacted', () => {
  it.each([
    ['a number', 'Calling +442079460123 now', 'Calling +***23 now'],
    ['a number in a query', 'GET /x?To=%2B15550100123&From=1', 'GET /x?To=%2B***23&From=1'],
    [
      'a number in an error of PostgreSQL',
      'Key (phone_number)=(+15550100123) exists',
      'Key (phone_number)=(+***23) exists',
    ],
    [
      'a password in a URL',
      'postgresql://outdial:s3cr3t!@127.0.0.1:5432/db',
      'postgresql://outdial:***@127.0.0.1:5432/db',
    ],
    ['a password without a name', 'redis://:s3cr3t@127.0.0.1:6379', 'redis://:***@127.0.0.1:6379'],
    ['a bearer token', 'authorization: Bearer abc.def-ghi', 'authorization: Bearer ***'],
    ['a JSON Web Token', 'jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln malformed', 'jwt eyJ*** malformed'],
    ['a refresh token', 'rt_abcDEF_123-45', 'rt_***'],
    ['a one-time link', 'http://127.0.0.1/docs#purpose=x&token=ot_abc-1', 'http://127.0.0.1/docs#purpose=x&token=***'],
    ['a setup token', 'the token st_abcDEF_123-45 opens it', 'the token st_*** opens it'],
    ['a setup token by its field', '{"setup_token":"mistyped"}', '{"setup_token":"***"}'],
    ['an API key', 'key od_live_Zm9vYmFy, refused', 'key od_live_***, refused'],
    ['keys of a Supabase project', 'sb_secret_abc sb_publishable_def', 'sb_secret_*** sb_publishable_***'],
    [
      'a password in JSON in JSON',
      '{"message":"{\\"password\\":\\"hunter2\\",\\"a\\":1}"}',
      '{"message":"{\\"password\\":\\"***\\",\\"a\\":1}"}',
    ],
  ])('hides %s', (_what, text, expected) => {
    expect(redacted(text)).toBe(expected);
  });

  it.each([
    '2026-11-23T20:47:49+00:00',
    '{"level":"log","pid":6325,"timestamp":1795467095225,"milliseconds":12}',
    'f3b1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d',
    'Passwords are wrong, tokens expire',
    'http://127.0.0.1:3000/docs',
  ])('leaves %s as it is', (text) => {
    expect(redacted(text)).toBe(text);
  });
});
