import type { ControlCommand, ControlLink } from './control-link.js';
import { accountLine, decoyTarget, type EnginePorts } from './engine-config.js';
import { readAccounts, readCallId, readListedCalls, readVersion, type ListedCall } from './engine-reading.js';
import type { SipSettings } from './sip-settings.js';

/** Which call: `account` is the one that it was placed with. */
export interface CallAddress {
  readonly account: string;
  readonly target: string;
}

/** dialed: the INVITE is on its way · refused: the engine would not · unanswered: nobody knows. */
export type DialResult =
  | { readonly kind: 'dialed'; readonly callId: string | null }
  | { readonly kind: 'refused'; readonly words: string }
  | { readonly kind: 'not_sent' }
  | { readonly kind: 'unanswered' };

export type EngineHangUp = 'hung_up' | 'not_there' | 'unanswered';

/** What we ask of an engine, in groups of commands that nothing comes between. */
export class EngineCommands {
  private accounts = new Set<string>();

  constructor(
    private readonly link: ControlLink,
    private readonly settings: SipSettings,
    private readonly ports: EnginePorts,
  ) {}

  async dial({ account, target }: CallAddress, isWanted: () => boolean): Promise<DialResult> {
    if (!(await this.hasAccount(account))) return { kind: 'not_sent' };
    const group = [
      { command: 'uafind', params: account },
      { command: 'dial', params: target },
      { command: 'callstat' },
    ];
    const exchange = await this.link.run(group, isWanted);
    if (exchange.kind !== 'answered') return exchange;
    const [, dialed, status] = exchange.answers;
    if (!dialed?.ok) return { kind: 'refused', words: dialed?.data ?? '' };
    return { kind: 'dialed', callId: readCallId(status?.data ?? '', target) };
  }

  /**
   * Before anything is dialed with it, in a group of its own: where `uafind` finds nothing, `dial` takes any account.
   */
  private async hasAccount(account: string): Promise<boolean> {
    if (this.accounts.has(account)) return true;
    const create = { command: 'uanew', params: accountLine(this.settings, account) };
    const exchange = await this.link.run([create], () => !this.accounts.has(account));
    if (exchange.kind === 'answered' && exchange.answers[0]?.ok) this.accounts.add(account);
    return this.accounts.has(account);
  }

  /**
   * `hangup` ends the call that was dialed or found last, whichever that is: if ours had just been closed by the
   * callee, it would cut off somebody else. So a call to nowhere is dialed before, which is the last one when ours is
   * not there.
   */
  async hangUp({ account }: CallAddress, callId: string): Promise<EngineHangUp> {
    const exchange = await this.link.run([
      { command: 'uafind', params: account },
      { command: 'dial', params: decoyTarget(this.settings, this.ports) },
      { command: 'callfind', params: callId },
      { command: 'hangup' },
    ]);
    if (exchange.kind !== 'answered') return 'unanswered';
    return exchange.answers[2]?.data.startsWith('setting current call') ? 'hung_up' : 'not_there';
  }

  /** All calls of the engine, ours or not; null: it was not heard. */
  async listCalls(): Promise<(ListedCall & { readonly account: string })[] | null> {
    const accounts = await this.ask([{ command: 'reginfo' }]);
    if (accounts === null) return null;
    this.accounts = new Set(readAccounts(accounts));
    const calls = [];
    for (const account of this.accounts) {
      const list = await this.ask([{ command: 'uafind', params: account }, { command: 'listcalls' }]);
      if (list === null) return null;
      calls.push(...readListedCalls(list).map((call) => ({ ...call, account })));
    }
    return calls.filter(({ target }) => target !== decoyTarget(this.settings, this.ports));
  }

  async callIdAt({ account, line, target }: ListedCall & { readonly account: string }): Promise<string | null> {
    const found = [
      { command: 'uafind', params: account },
      { command: 'line', params: String(line) },
    ];
    const status = await this.ask([...found, { command: 'callstat' }]);
    return status === null ? null : readCallId(status, target);
  }

  /** The engine's own name; it is also asked only to know that all before has been worked off. */
  async id(): Promise<string | null> {
    const answer = await this.ask([{ command: 'uuid' }]);
    return answer === null ? null : (/UUID: (\S+)/.exec(answer)?.[1] ?? null);
  }

  /** Null also where the engine does not say. */
  async version(): Promise<string | null> {
    return readVersion((await this.ask([{ command: 'about' }])) ?? '');
  }

  /** @returns what the last command answers. */
  private async ask(commands: readonly ControlCommand[]): Promise<string | null> {
    const exchange = await this.link.run(commands);
    return exchange.kind === 'answered' ? (exchange.answers.at(-1)?.data ?? '') : null;
  }
}
