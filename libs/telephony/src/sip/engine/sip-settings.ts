import { isIP } from 'node:net';

/** Settings for calls over a SIP trunk of one's own. */
export interface SipSettings {
  /** Program of the engine: baresip (tested with 1.0.0, baresip-core of Debian 12). */
  readonly binary: string;
  readonly modulePath: string;
  /** Directory of the engine's files, the calls and the recordings. One worker at a time, on one host, owns it. */
  readonly directory: string;
  /** host or host:port; UDP. A name without a port is looked up as in RFC 3263: SRV for UDP, then its address. */
  readonly trunk: string;
  readonly user: string;
  /** Password for digest authentication; null: the trunk knows us by our address. */
  readonly password: string | null;
  /** Host in From; null: the trunk's. */
  readonly domain: string | null;
  readonly localAddress: string;
  /** UDP port. The engine also uses it for TCP, and the next port for TLS. 0: any free one. */
  readonly sipPort: number;
  /** WAV file, 8 kHz, mono, 16 bit. Every callee hears it once from the answer on, and the call ends with it. */
  readonly audioFile: string;
  readonly recordings: boolean;
  /**
   * uri_parameter: `;attempt=<dialer job>` stands in the request's URI. number: for trunks that accept no parameter;
   * one live call per number.
   */
  readonly correlation: 'uri_parameter' | 'number';
  /** Seconds for which answered calls may go on in an orderly stop. */
  readonly drainSeconds: number;
}

export const DEBIAN_MODULE_PATH = '/usr/lib/baresip/modules';

/** Forms that the engine's own syntax allows. Any other character would end a configuration line or a command. */
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

/** @throws Error with a sentence that says what is wrong. */
export function checkSipSettings(settings: SipSettings): void {
  for (const [name, form, wanted] of FORMS) {
    const value = settings[name];
    if (typeof value === 'string' && !form.test(value))
      throw new Error(`${VARIABLES[name] ?? name} must be: ${wanted}.`);
  }
}

/** Tells if the trunk is a name without a port. baresip would first ask the DNS for its transport. */
export function isBareName(trunk: string): boolean {
  return !/:\d+$|^\[/.test(trunk) && isIP(trunk) === 0;
}

export function domainOf({ domain, trunk }: Pick<SipSettings, 'domain' | 'trunk'>): string {
  return domain ?? trunk.replace(/:\d+$/, '');
}
