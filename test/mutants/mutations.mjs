// Described in mutations.d.mts.

/** @type {import('./mutations.mjs').Mutation[]} */
export const MUTATIONS = [
  {
    claim: 'Requests run as the role of tenants.',
    file: 'libs/database/src/database.ts',
    find: '`SET LOCAL ROLE ${TENANT_ROLE}`,',
    put: '`SELECT 1`,',
    tests: ['test/security/requests.test.ts'],
  },
  {
    claim: 'A login that may do more than it has to keeps a process from starting.',
    file: 'libs/database/src/wall-check.ts',
    find: "if (this.demand === 'plain') throw new ConfigurationError(sentence);",
    put: '',
    tests: ['test/logins.test.ts'],
  },
  {
    claim: 'Roles in force that may do more keep a process from starting.',
    file: 'libs/database/src/wall-check.ts',
    find: 'if (ofRoles.length > 0) throw',
    put: 'if (ofRoles.length > 1e9) throw',
    tests: ['test/logins.test.ts'],
  },
  {
    claim: 'A login takes the same time for an unknown user.',
    file: 'apps/api/src/auth/auth.service.ts',
    find: 'const isRight = await isPassword(password, credential?.password_hash ?? (await NOBODYS_HASH));',
    put: 'const isRight = credential !== undefined && (await isPassword(password, credential.password_hash));',
    tests: ['test/auth.test.ts'],
  },
  {
    claim: 'Passwords are not hashed in any number at once.',
    file: 'apps/api/src/auth/passwords.ts',
    find: 'if (waiting.length >= MOST_WAITING) throw',
    put: 'if (waiting.length >= MOST_WAITING * 1e9) throw',
    tests: ['apps/api/src/auth/passwords.spec.ts'],
  },
  {
    claim: 'At most four passwords are hashed at the same time.',
    file: 'apps/api/src/auth/passwords.ts',
    find: 'if (atWork >= MOST_AT_ONCE) await',
    put: 'if (atWork >= MOST_AT_ONCE * 1e9) await',
    tests: ['apps/api/src/auth/passwords.spec.ts'],
  },
  {
    claim: 'A body that does not come ends the request.',
    file: 'apps/api/src/http/body-deadline.ts',
    find: 'request.raw.destroy()',
    put: 'undefined',
    tests: ['apps/api/src/http/body-deadline.spec.ts'],
  },
  {
    claim: 'A role in user_metadata counts for nothing.',
    file: 'apps/api/src/auth/supabase/profiles.ts',
    find: 'const { tenant_id: tenantId, outdial_role: role } = appMetadata;',
    put: 'const { tenant_id: tenantId, outdial_role: role } = { ...appMetadata, ...userMetadata };',
    tests: ['test/supabase.test.ts', 'test/supabase-newcomers.test.ts'],
  },
  {
    claim: 'A cell that begins with a tab or a line end is no formula.',
    file: 'libs/csv/src/formula.ts',
    find: "const BEGINS_OPEN = /^['\\t\\r\\n]/;",
    put: "const BEGINS_OPEN = /^[']/;",
    tests: ['libs/csv/src'],
  },
  {
    claim: 'The answer to an unforeseen error says nothing of the server.',
    file: 'apps/api/src/http/problem.filter.ts',
    find: "'Something went wrong on our side; the request id is in our log'",
    put: 'String(error)',
    tests: ['test/security/answers.test.ts', 'test/bad-input.test.ts'],
  },
  {
    claim: 'Numbers of people are in no log.',
    file: 'libs/config/src/redaction.ts',
    find: "[/(\\+|%2B)[1-9]\\d{4,12}(\\d{2})(?!\\d)/g, '$1***$2'],",
    put: '',
    tests: ['libs/config/src/redaction.spec.ts', 'test/worker-log.test.ts'],
  },
  {
    claim: 'Links to accounts are kept in a file only on a system that its own machine alone can reach.',
    file: 'libs/config/src/config.ts',
    find: "isLoopbackHost(host) ? join(dataDir, 'links.log') : null",
    put: "join(dataDir, 'links.log')",
    tests: ['test/account-links.test.ts', 'libs/config/src/config.spec.ts'],
  },
];
