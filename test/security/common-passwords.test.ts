import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commonPasswords } from '../../apps/api/src/auth/new-password-field.js';
import { PASSWORD, register, startApiWithDatabase, type ApiWithDatabase } from '../support/running-api.js';
import { operationsOf, type Document } from './operations.js';

interface Problem {
  readonly errors: readonly { field: string; message: string }[];
}

const COMMON = 'password12';

/** Operations that set a password, with bodies that lack nothing but a good one. */
const DOORS: Readonly<Record<string, { readonly field: string; readonly body: object }>> = {
  'POST /auth/register': { field: 'password', body: { email: 'ada@example.com', business_name: 'Example' } },
  'POST /auth/invitations/accept': { field: 'password', body: { token: 'ot_x' } },
  'POST /auth/password/reset': { field: 'new_password', body: { token: 'ot_x' } },
  'POST /auth/password': { field: 'new_password', body: { current_password: PASSWORD } },
};

describe('A common password', () => {
  let api: ApiWithDatabase;
  beforeAll(async () => {
    api = await startApiWithDatabase();
  });
  afterAll(() => api.close());

  it('is refused by every operation that sets a password', async () => {
    const operations = operationsOf((await api.client.get<Document>('//openapi.json')).body);
    const setters = operations
      .filter(({ bodySchema }) =>
        Object.keys(bodySchema?.properties ?? {}).some((name) => /^(new_)?password$/.test(name)),
      )
      .map(({ id }) => id)
      .filter((id) => id !== 'POST /auth/login');
    expect(setters.toSorted()).toEqual(Object.keys(DOORS).toSorted());
  });

  it.each(Object.entries(DOORS))('%s says why, and what to do', async (operation, { field, body }) => {
    const user = api.client.as((await register(api.client)).access_token);
    const [, path = ''] = operation.split(' ');
    const answer = await user.post<Problem>(path, { ...body, [field]: COMMON });
    expect([answer.status, answer.body.errors]).toEqual([
      422,
      [{ field, message: expect.stringMatching(/^is one of the 10,000 commonest passwords: choose another, such as/) }],
    ]);
  });

  it.each(['1234567890', 'PASSWORD12', 'ｐａｓｓｗｏｒｄ１２', 'Manchester2024!', 'administrator', '0000000000'])(
    '%s is refused by the list that is shipped',
    async (password) => {
      const body = { email: `${crypto.randomUUID()}@example.com`, password, business_name: 'Example' };
      expect(await api.client.post('/auth/register', body)).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'password' }] },
      });
    },
  );

  it('is known by a list of ten thousand and more, of which no entry is empty', async () => {
    const list = await commonPasswords();
    expect(list.size).toBeGreaterThan(10_000);
    expect(list.has('')).toBe(false);
  });

  it('that somebody has from before still logs in', async () => {
    const { user } = await register(api.client);
    const { hashPassword } = await import('../../apps/api/src/auth/passwords.js');
    await api.database.query('UPDATE user_credentials SET password_hash = $2 WHERE user_id = $1', [
      user.id,
      await hashPassword(COMMON),
    ]);
    const { status } = await api.client.post('/auth/login', { email: user.email, password: COMMON });
    expect(status).toBe(200);
  });
});
