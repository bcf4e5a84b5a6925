import { JsonObject } from './json-object.js';
import type { VapiApi } from './vapi-api.js';

/** Most numbers that Vapi lists at once. */
const MOST_NUMBERS = 1_000;
const ANSWER_TIMEOUT_MS = 5_000;

/**
 * Time after which ids are read again. A number that is moved to another organisation, or imported again, has a new id.
 */
const KNOWN_FOR_MS = 600_000;

/**
 * Vapi's ids of the organisation's numbers. They are read when the first is needed, when one is missing, and every ten
 * minutes.
 */
export class CallerIds {
  private ids = new Map<string, string>();
  private loadedAtMs = Number.NEGATIVE_INFINITY;
  private loading: Promise<void> | null = null;

  constructor(
    private readonly api: VapiApi,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /**
   * Returns null for a number (E.164) that the organisation lacks.
   * @throws Error if Vapi does not tell.
   */
  async idOf(number: string): Promise<string | null> {
    const known = this.knownIdOf(number);
    if (known !== null) return known;
    this.loading ??= this.load().finally(() => (this.loading = null));
    await this.loading;
    return this.knownIdOf(number);
  }

  /** Returns null if Vapi would have to be asked. */
  knownIdOf(number: string): string | null {
    const isFresh = this.nowMs() - this.loadedAtMs < KNOWN_FOR_MS;
    return (isFresh && this.ids.get(digitsOf(number))) || null;
  }

  /** Forgets a number after a failed call, since its id may have changed. */
  forget(number: string): void {
    this.ids.delete(digitsOf(number));
  }

  private async load(): Promise<void> {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const content = await this.api.read(`phone-number?limit=${MOST_NUMBERS}`, signal);
    if (!Array.isArray(content)) throw new Error('no list of phone numbers');
    this.ids = new Map(content.flatMap((one: unknown) => entryOf(new JsonObject(one))));
    this.loadedAtMs = this.nowMs();
  }
}

function entryOf(phoneNumber: JsonObject): [string, string][] {
  const [number, id] = [phoneNumber.text('number'), phoneNumber.text('id')];
  return number === undefined || id === undefined ? [] : [[digitsOf(number), id]];
}

function digitsOf(number: string): string {
  return number.replaceAll(/\D/g, '');
}
