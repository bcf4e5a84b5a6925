import type { CallReport } from '#rules/call/call-report.js';
import type { ProviderClaim } from '#telephony/port/telephony-provider.js';
import { ObedientCarrier } from './obedient-carrier.js';

/** Resource that several processes of one host share, for example a directory. */
export class Seat {
  holder: SeatedCarrier | null = null;

  constructor(readonly name: string) {}
}

/** A carrier whose calls hang on the process that has taken its seat. */
export class SeatedCarrier extends ObedientCarrier {
  isListenedTo = false;
  /** Ending the stream takes this long, as calls come to an end first. */
  drained: Promise<void> = Promise.resolve();

  constructor(private readonly seat: Seat) {
    super();
  }

  claim(): ProviderClaim | null {
    if (this.seat.holder) return null;
    this.seat.holder = this;
    return { holder: this.seat.name, release: () => void (this.seat.holder = null) };
  }

  override stream(listener: (event: CallReport) => void): () => Promise<void> {
    const stop = super.stream(listener);
    this.isListenedTo = true;
    return async () => {
      await this.drained;
      this.isListenedTo = false;
      await stop();
    };
  }
}
