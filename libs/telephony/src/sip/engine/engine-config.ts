import { domainOf, isBareName, type SipSettings } from './sip-settings.js';

/** Names within the engine's directory, which is its working directory: baresip 1.0.0 cuts longer paths. */
export const ENGINE_FILES = {
  prompt: 'prompt.wav',
  /** Where the engine writes recordings; a link that is turned to another directory after each call's answer. */
  intake: 'intake',
  log: 'engine.log',
  configDirectory: 'engine',
} as const;

export interface EnginePorts {
  readonly control: number;
  readonly sip: number;
}

/**
 * baresip's file `config`. The control socket knows no password: it is bound to 127.0.0.1 and nothing else, so that
 * whoever may log in to this host may also command the engine. Nothing is ever dialed again by the engine itself.
 */
export function writeConfig(settings: SipSettings, { control, sip }: EnginePorts): string {
  const lines = [
    `sip_listen ${hostPort(settings.localAddress, sip)}`,
    `net_interface ${settings.localAddress}`,
    `ctrl_tcp_listen 127.0.0.1:${control}`,
    'rtp_ports 16384-32767',
    'call_local_timeout 0',
    'call_max_calls 0',
    'redial_attempts 0',
    'ringback_disabled yes',
    'menu_bell no',
    'statmode_default off',
    `module_path ${settings.modulePath}`,
    'module g711.so',
    'module uuid.so',
    'module aufile.so',
    `audio_source aufile,${ENGINE_FILES.prompt}`,
    ...(settings.recordings ? ['module sndfile.so', `snd_path ${ENGINE_FILES.intake}`] : []),
    ...['contact', 'account', 'menu', 'debug_cmd', 'ctrl_tcp'].map((name) => `module_app ${name}.so`),
  ];
  return `${lines.join('\n')}\n`;
}

/** The account that calls with this caller id: one for each, because From is the account's address. */
export function accountOf(settings: SipSettings, from: string | null): string {
  return `sip:${from ?? settings.user}@${domainOf(settings)}`;
}

/**
 * What `uanew` takes. No registration: we only call. Transfers are off: a callee could have us call anybody with a
 * REFER.
 */
export function accountLine(settings: SipSettings, account: string): string {
  const login = settings.password === null ? '' : `;auth_user=${settings.user};auth_pass=${settings.password}`;
  return `<${account}>;regint=0;mwi=no;call_transfer=no;audio_codecs=PCMU/8000/1,PCMA/8000/1${login}`;
}

/**
 * Where the trunk is asked for this number. Of a name without a port the engine would choose the transport by NAPTR, or
 * by SRV with TLS first.
 */
export function dialTarget({ trunk, correlation }: SipSettings, to: string, dialerJobId: string): string {
  const transport = isBareName(trunk) ? ';transport=udp' : '';
  const attempt = correlation === 'uri_parameter' ? `;attempt=${dialerJobId}` : '';
  return `sip:${to}@${trunk}${transport}${attempt}`;
}

/** A call to a user that the engine itself does not have: it refuses its own call at once. */
export function decoyTarget({ localAddress }: SipSettings, { sip }: EnginePorts): string {
  return `sip:nobody@${hostPort(localAddress, sip)}`;
}

function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
