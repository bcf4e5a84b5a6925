import { JsonObject } from './json-object.js';
import type { VapiApi } from './vapi-api.js';

/** All that Vapi tells at once. */
const MOST_NUMBERS = 1_000;
const ANSWER_TIMEOUT_MS = 5_000;

/** What Vapi calls our numbers by. They are asked for when the first is needed, and again when one is not among them. */
export class CallerIds {
  private ids: ReadonlyMap<string, string> = new Map();
  private loading: Promise<void> | null = null;

  constructor(private readonly api: VapiApi) {}

  /** Null for a number (E.164) that the organisation does not have. @throws where that cannot be told. */
  async idOf(number: string): Promise<string | null> {
    const known = this.ids.get(digitsOf(number));
    if (known !== undefined) return known;
    this.loading ??= this.load().finally(() => (this.loading = null));
    await this.loading;
    return this.ids.get(digitsOf(number)) ?? null;
  }

  private async load(): Promise<void> {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const content = await this.api.read(`phone-number?limit=${MOST_NUMBERS}`, signal);
    if (!Array.isArray(content)) throw new Error('no list of phone numbers');
    this.ids = new Map(content.flatMap((one: unknown) => entryOf(new JsonObject(one))));
  }
}

function entryOf(phoneNumber: JsonObject): [string, string][] {
  const [number, id] = [phoneNumber.text('number'), phoneNumber.text('id')];
  return number === undefined || id === undefined ? [] : [[digitsOf(number), id]];
}

function digitsOf(number: string): string {
  return number.replaceAll(/\D/g, '');
}
