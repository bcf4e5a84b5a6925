import { readFileSync } from 'node:fs';

/** Statuses with which a callee or a trunk may reject a call. */
export const REJECTIONS: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  404: 'Not Found',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  410: 'Gone',
  480: 'Temporarily Unavailable',
  484: 'Address Incomplete',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  500: 'Server Internal Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  600: 'Busy Everywhere',
  603: 'Decline',
  604: 'Does Not Exist Anywhere',
  607: 'Unwanted',
  608: 'Rejected',
};

/** callee.xml with an order, and a way to say no, for each of the rejections. */
export function calleeScenario(): string {
  const codes = Object.keys(REJECTIONS);
  const verbs = ['ring', 'answer', 'hang_up', ...codes.map((code) => `refuse_${code}`)];
  return fileNamed('callee.xml')
    .replace('<!-- orders -->', verbs.map(orderOf).join('\n'))
    .replace('<!-- turns -->', verbs.map((verb) => `<nop next="${verb}" test="is_${verb}"/>`).join('\n'))
    .replace('<!-- rejections -->', codes.map((code) => rejectionOf(Number(code))).join('\n'));
}

/** Asks for a login before it answers: 401 as the callee itself would, 407 as a proxy. */
export function challengeScenario(code: 401 | 407): string {
  return filled(fileNamed('challenge.xml'), challengeOf(code));
}

/** Asks for a login that no account has. */
export function loginRefusedScenario(code: 401 | 407): string {
  return filled(fileNamed('login-refused.xml'), challengeOf(code));
}

function challengeOf(code: 401 | 407): Readonly<Record<string, string>> {
  return code === 401
    ? { code: '401', reason: 'Unauthorized', asks: 'WWW-Authenticate', says: 'Authorization' }
    : { code: '407', reason: 'Proxy Authentication Required', asks: 'Proxy-Authenticate', says: 'Proxy-Authorization' };
}

function orderOf(verb: string): string {
  return (
    `<strcmp assign_to="differs_${verb}" variable="verb" value="${verb}"/>` +
    `<test assign_to="is_${verb}" variable="differs_${verb}" compare="equal" value="0"/>`
  );
}

/** Rejects a call. With 407 the trunk asks for a login twice, since it knows no account with the first one. */
function rejectionOf(code: number): string {
  if (code === 407) return filled(fileNamed('rejection-of-login.xml'), challengeOf(code));
  return filled(fileNamed('rejection.xml'), { code: String(code), reason: REJECTIONS[code] ?? '' });
}

function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}

function fileNamed(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}
