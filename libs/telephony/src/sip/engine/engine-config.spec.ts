import { describe, expect, it } from 'vitest';
import { accountParameter, accountOf, decoyTarget, dialTarget, writeConfig } from './engine-config.js';
import { checkSipSettings, type SipSettings } from './sip-settings.js';

const SETTINGS: SipSettings = {
  binary: 'baresip',
  modulePath: '/modules',
  directory: '/data/sip',
  trunk: 'trunk.example:5080',
  user: 'outdial',
  password: 'secret',
  domain: null,
  localAddress: '192.0.2.7',
  sipPort: 0,
  audioFile: '/data/hello.wav',
  recordings: false,
  correlation: 'uri_parameter',
  drainSeconds: 20,
};
const PORTS = { control: 4444, sip: 5070 };

describe('The configuration of an engine', () => {
  it('binds its control socket to this host, whatever its own address', () => {
    expect(writeConfig(SETTINGS, PORTS)).toContain('\nctrl_tcp_listen 127.0.0.1:4444\n');
    expect(writeConfig(SETTINGS, PORTS)).toContain('sip_listen 192.0.2.7:5070\n');
  });

  it('loads what it needs and nothing else', () => {
    expect(writeConfig(SETTINGS, PORTS)).not.toContain('sndfile');
    expect(writeConfig({ ...SETTINGS, recordings: true }, PORTS)).toContain('\nmodule sndfile.so\nsnd_path intake\n');
  });

  it('never redials', () => {
    expect(writeConfig(SETTINGS, PORTS)).toContain('\nredial_attempts 0\n');
  });

  it('holds no secret', () => {
    expect(writeConfig(SETTINGS, PORTS)).not.toContain('secret');
  });
});

describe('An account', () => {
  it('bears the caller id, at the domain or else the trunk', () => {
    expect(accountOf(SETTINGS, '+442079460000')).toBe('sip:+442079460000@trunk.example');
    expect(accountOf({ ...SETTINGS, domain: 'us.example' }, null)).toBe('sip:outdial@us.example');
  });

  it('lets no callee transfer us', () => {
    expect(accountParameter(SETTINGS, 'sip:a@b')).toContain(';call_transfer=no;');
  });

  it('logs in only with a password', () => {
    expect(accountParameter(SETTINGS, 'sip:a@b')).toMatch(/;auth_user=outdial;auth_pass=secret$/);
    expect(accountParameter({ ...SETTINGS, password: null }, 'sip:a@b')).not.toContain('auth_');
  });
});

describe('A target', () => {
  it('names the dialer job, unless the trunk takes no parameter', () => {
    expect(dialTarget(SETTINGS, '+15550001', 'job-1')).toBe('sip:+15550001@trunk.example:5080;attempt=job-1');
    expect(dialTarget({ ...SETTINGS, correlation: 'number' }, '+15550001', 'job-1')).toBe(
      'sip:+15550001@trunk.example:5080',
    );
  });

  it.each([
    ['trunk.example', ';transport=udp'],
    ['trunk.example:5060', ''],
    ['192.0.2.1', ''],
    ['[2001:db8::1]', ''],
  ])('at %s says that it is UDP, where the engine would ask the name servers otherwise', (trunk, transport) => {
    const target = dialTarget({ ...SETTINGS, trunk }, '+15550001', 'job-1');
    expect(target).toBe(`sip:+15550001@${trunk}${transport};attempt=job-1`);
  });

  it('for decoys is the engine itself', () => {
    expect(decoyTarget(SETTINGS, PORTS)).toBe('sip:nobody@192.0.2.7:5070');
    expect(decoyTarget({ ...SETTINGS, localAddress: '::1' }, PORTS)).toBe('sip:nobody@[::1]:5070');
  });
});

describe('Settings', () => {
  it.each([
    ['trunk', 'SIP_TRUNK', 'trunk.example;transport=tcp'],
    ['trunk', 'SIP_TRUNK', 'sip:trunk.example'],
    ['trunk', 'SIP_TRUNK', ''],
    ['user', 'SIP_USER', 'me@home'],
    ['password', 'SIP_PASSWORD', 'with blank'],
    ['password', 'SIP_PASSWORD', 'a;regint=60'],
    ['domain', 'SIP_DOMAIN', 'a>b'],
    ['localAddress', 'SIP_LOCAL_ADDRESS', '127.0.0.1\nctrl_tcp_listen 0.0.0.0:1'],
    ['localAddress', 'SIP_LOCAL_ADDRESS', '0.0.0.0'],
    ['localAddress', 'SIP_LOCAL_ADDRESS', '::'],
    ['localAddress', 'SIP_LOCAL_ADDRESS', '0:0:0:0:0:0:0:0'],
  ] as const)('refuse %s: %s must not be %j', (name, variable, value) => {
    expect(() => checkSipSettings({ ...SETTINGS, [name]: value })).toThrow(`${variable} must be: `);
  });

  it.each(['0.0.0.1', '10.0.0.0', '::1', '2001:db8::'])('take the address %s', (localAddress) => {
    expect(() => checkSipSettings({ ...SETTINGS, localAddress })).not.toThrow();
  });

  it.each(['trunk.example', '192.0.2.1:5060', '[2001:db8::1]:5060'])('take the trunk %s', (trunk) => {
    expect(() => checkSipSettings({ ...SETTINGS, trunk })).not.toThrow();
  });
});
