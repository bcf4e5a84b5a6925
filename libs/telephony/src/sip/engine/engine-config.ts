import { domainOf, isBareName, type SipSettings } from './sip-settings.js';

/** File names within the engine's working directory: baresip 1.0.0 cuts longer paths. */
export const ENGINE_FILES = {
  prompt: 'prompt.wav',
  /** Link to the directory into which the engine writes recordings. It is pointed to a new one after each answer. */
  intake: 'intake',
  log: 'engine.log',
  configDirectory: 'engine',
} as const;

export interface EnginePorts {
  readonly control: number;
  readonly sip: number;
}

/**
 * Writes baresip's file `config`. The control socket has no password, so it is bound to 127.0.0.1. Every user who can
 * log in to this host can command the engine. The engine itself never dials again.
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

/** Returns the account for a caller id. Each caller id has its own, since From is the account's address. */
export function accountOf(settings: SipSettings, from: string | null): string {
  return `sip:${from ?? settings.user}@${domainOf(settings)}`;
}

/**
 * Writes the parameter of `uanew`. The account does not register, since it only places calls. Transfers are off: a
 * callee could otherwise have the engine call any number with a REFER.
 */
export function accountParameter(settings: SipSettings, account: string): string {
  const login = settings.password === null ? '' : `;auth_user=${settings.user};auth_pass=${settings.password}`;
  return `<${account}>;regint=0;mwi=no;call_transfer=no;audio_codecs=PCMU/8000/1,PCMA/8000/1${login}`;
}

/**
 * Returns the address at which the trunk is asked for this number. For a name without a port the engine would choose
 * the transport by NAPTR, or SRV with TLS first.
 */
export function dialTarget({ trunk, correlation }: SipSettings, to: string, dialerJobId: string): string {
  const transport = isBareName(trunk) ? ';transport=udp' : '';
  const attempt = correlation === 'uri_parameter' ? `;attempt=${dialerJobId}` : '';
  return `sip:${to}@${trunk}${transport}${attempt}`;
}

/** Returns the address of a user that the engine does not have. The engine rejects its own call to it at once. */
export function decoyTarget({ localAddress }: SipSettings, { sip }: EnginePorts): string {
  return `sip:nobody@${hostPort(localAddress, sip)}`;
}

function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
