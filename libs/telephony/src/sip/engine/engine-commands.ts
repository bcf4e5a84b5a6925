import type { ControlCommand, ControlLink } from './control-link.js';
import { accountParameter, decoyTarget, type EnginePorts } from './engine-config.js';
import { readAccounts, readCallId, readListedCalls, readVersion, type ListedCall } from './engine-reading.js';
import type { SipSettings } from './sip-settings.js';

/** Address of a call; `account` is the account that placed it. */
export interface CallAddress {
  readonly account: string;
  readonly target: string;
}

/** dialed: the INVITE is on its way · refused: the engine declined · unanswered: the effect is unknown. */
export type DialResult =
  | { readonly kind: 'dialed'; readonly callId: string | null }
  | { readonly kind: 'refused'; readonly words: string }
  | { readonly kind: 'not_sent' }
  | { readonly kind: 'unanswered' };

export type EngineHangUp = 'hung_up' | 'not_there' | 'unanswered';

/** Commands to an engine, in groups that no other command interrupts. */
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
   * Creates the account before the first call over it, in a group of its own. Without it `uafind` finds nothing and
   * `dial` uses any account.
   */
  private async hasAccount(account: string): Promise<boolean> {
    if (this.accounts.has(account)) return true;
    const create = { command: 'uanew', params: accountParameter(this.settings, account) };
    const exchange = await this.link.run([create], () => !this.accounts.has(account));
    if (exchange.kind === 'answered' && exchange.answers[0]?.ok) this.accounts.add(account);
    return this.accounts.has(account);
  }

  /**
   * Hangs up one call. `hangup` ends the call that was dialed or found last. If the callee has just ended ours, it
   * would end another one. A decoy call is therefore dialed first: `hangup` ends that if ours is gone.
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

  /** Lists all calls of the engine, ours or not; null: the engine did not answer. */
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

  async callIdAt({ account, lineNumber, target }: ListedCall & { readonly account: string }): Promise<string | null> {
    const found = [
      { command: 'uafind', params: account },
      { command: 'line', params: String(lineNumber) },
    ];
    const status = await this.ask([...found, { command: 'callstat' }]);
    return status === null ? null : readCallId(status, target);
  }

  /** Returns the engine's own id. An answer also proves that the engine has handled all earlier commands. */
  async id(): Promise<string | null> {
    const answer = await this.ask([{ command: 'uuid' }]);
    return answer === null ? null : (/UUID: (\S+)/.exec(answer)?.[1] ?? null);
  }

  /** Returns null also if the engine does not tell. */
  async version(): Promise<string | null> {
    return readVersion((await this.ask([{ command: 'about' }])) ?? '');
  }

  /** @returns the answer to the last command. */
  private async ask(commands: readonly ControlCommand[]): Promise<string | null> {
    const exchange = await this.link.run(commands);
    return exchange.kind === 'answered' ? (exchange.answers.at(-1)?.data ?? '') : null;
  }
}
