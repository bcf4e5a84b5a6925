import { runSmoke } from '../../../apps/local/src/smoke/run-smoke.js';
import { freePort } from '../../../apps/local/src/processes/ports.js';
import type { Environment } from '#config/settings.js';
import type { CallStep } from '../provider-lab.js';

export const TO = '+442079460123';
const SECOND_MS = 1000;

/** Request that a provider posts: its address, its headers and its body. */
export interface Posted {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A provider's other side, as these tests move it. */
export interface SmokeSide {
  readonly provider: 'twilio' | 'vapi';
  readonly environment: Environment;
  readonly secrets: readonly string[];
  creates(): number;
  isLive(): boolean;
  step(step: CallStep): void;
  /** Ends the live call, for a reason in the provider's own words. */
  end(reason: string): void;
  /** All that was told of calls so far, oldest first. */
  posts(): readonly Posted[];
  /** Fails when anything was against the provider's own description. */
  close(): Promise<void>;
}

/** Event during a pause. Whatever the provider reports afterwards is posted before the pause is over. */
export type Happening = CallStep | 'nothing' | (() => void | Promise<void>);

export interface SmokeResult {
  readonly code: number;
  readonly text: string;
  /** Duration by the clock of the run. */
  readonly seconds: number;
}

/** Time passes in the pauses of the run alone, and so takes none. */
export class SmokeStage {
  nowMs = Date.UTC(2026, 10, 2, 10);
  readonly stopping = new AbortController();
  private readonly port: Promise<number> = freePort('127.0.0.1');
  private readonly told = new Set<string>();

  readonly now = (): Date => new Date(this.nowMs);

  async environment(side: SmokeSide): Promise<Environment> {
    const port = String(await this.port);
    return { PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}`, SMOKE_TO: TO, ...side.environment };
  }

  /** `npm run smoke:<provider> -- --yes`, unless told otherwise. */
  async run(
    side: SmokeSide,
    {
      happenings = [],
      environment = {},
      argv = [side.provider, '--yes'],
      isTold = true,
    }: {
      happenings?: readonly Happening[];
      environment?: Environment;
      argv?: readonly string[];
      /** True when the provider's posts arrive. */
      isTold?: boolean;
    },
  ): Promise<SmokeResult> {
    const coming = [...happenings];
    const startedMs = this.nowMs;
    let text = '';
    const print = (message: string) => (text += `${message}\n`);
    const pause = async (milliseconds: number) => {
      this.nowMs += milliseconds;
      const happening = coming.shift() ?? 'nothing';
      if (typeof happening === 'function') await happening();
      else if (happening !== 'nothing') side.step(happening);
      if (isTold) await this.postAll(side);
    };
    const code = await runSmoke(argv, {
      environment: { ...(await this.environment(side)), ...environment },
      print,
      complain: print,
      clock: { now: this.now, pause },
      signal: this.stopping.signal,
    });
    return { code, text, seconds: (this.nowMs - startedMs) / SECOND_MS };
  }

  private async postAll(side: SmokeSide): Promise<void> {
    for (const posted of side.posts()) {
      const key = posted.url + posted.body;
      if (!this.told.has(key)) await post(posted);
      this.told.add(key);
    }
  }
}

/** @returns the status; null where no server listens. */
export async function post({ url, headers, body }: Posted): Promise<number | null> {
  return fetch(url, { method: 'POST', headers, body }).then(
    ({ status }) => status,
    () => null,
  );
}
