import { isIP } from 'node:net';

/** How calls are placed over a SIP trunk of one's own. */
export interface SipSettings {
  /** The engine's program: baresip (tried with 1.0.0, Debian 12's baresip-core). */
  readonly binary: string;
  readonly modulePath: string;
  /** Where the engine's files, the calls' notes and the recordings are kept; of one worker at a time, on one host. */
  readonly directory: string;
  /** host or host:port; UDP. A name without a port is looked up as RFC 3263 has it: SRV for UDP, then its address. */
  readonly trunk: string;
  readonly user: string;
  /** For digest authentication; null: the trunk knows us by our address. */
  readonly password: string | null;
  /** The host in From; null: the trunk's. */
  readonly domain: string | null;
  readonly localAddress: string;
  /** UDP; on TCP, the engine takes it too, and the one above for TLS. 0: a free one. */
  readonly sipPort: number;
  /** WAV, 8 kHz, mono, 16 bit: what every callee hears, once, from the answer on; its end is the end of the call. */
  readonly audioFile: string;
  readonly recordings: boolean;
  /**
   * uri_parameter: `;attempt=<dialer job>` in the request's URI. number: for trunks that take no parameter; one live
   * call per number.
   */
  readonly correlation: 'uri_parameter' | 'number';
  /** How long those who talk may go on talking in an orderly stop. */
  readonly drainSeconds: number;
}

export const DEBIAN_MODULE_PATH = '/usr/lib/baresip/modules';

/**
 * What the engine's own syntax leaves room for: a configuration line, or a command, ends where one of these would
 * begin.
 */
const FORMS: readonly (readonly [keyof SipSettings, RegExp, string])[] = [
  ['trunk', /^([\w.-]{1,200}|\[[\da-f:.]+\])(:\d{1,5})?$/i, 'host or host:port'],
  ['user', /^[\w.+-]{1,64}$/, 'letters, digits, . + - _'],
  ['password', /^[^\s;]{1,128}$/, 'no blank and no semicolon'],
  ['domain', /^[\w.-]{1,200}$/, 'a host name or an address'],
  [
    'localAddress',
    /^(?!(0\.){3}0$|[0:]+$)[\da-f:.]{2,45}$/i,
    'an address of this host that the trunk reaches, not that of all',
  ],
];

const VARIABLES: Readonly<Partial<Record<keyof SipSettings, string>>> = {
  trunk: 'SIP_TRUNK',
  user: 'SIP_USER',
  password: 'SIP_PASSWORD',
  domain: 'SIP_DOMAIN',
  localAddress: 'SIP_LOCAL_ADDRESS',
};

/** @throws Error in one sentence that says what is wrong. */
export function checkSipSettings(settings: SipSettings): void {
  for (const [name, form, wanted] of FORMS) {
    const value = settings[name];
    if (typeof value === 'string' && !form.test(value))
      throw new Error(`${VARIABLES[name] ?? name} must be: ${wanted}.`);
  }
}

/** What baresip would ask the DNS of first: which transport to take. */
export function isBareName(trunk: string): boolean {
  return !/:\d+$|^\[/.test(trunk) && isIP(trunk) === 0;
}

export function domainOf({ domain, trunk }: Pick<SipSettings, 'domain' | 'trunk'>): string {
  return domain ?? trunk.replace(/:\d+$/, '');
}
