import type { SimulatorFaultRates } from '#config/simulator-faults.js';
import { seededRandom } from '#rules/values/seeded-random.js';
import { drawFaults, type CallFaults } from '#telephony/simulator/call/call-faults.js';

/** Reply to a create request that is well-formed. In all but `refuse` the call is made. */
export type CreateReply =
  | { readonly kind: 'accept' }
  | {
      readonly kind: 'refuse';
      readonly status: number;
      /** Null: the answer is no JSON. */
      readonly code: number | null;
      readonly retryAfterSeconds?: number;
      /** Headers beside it. */
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'lose' }
  | { readonly kind: 'hang' }
  /** 503, unless it says another. */
  | { readonly kind: 'fail'; readonly status?: number };

export interface CreateRequest {
  readonly to: string;
  /** Number of create requests to this number before. */
  readonly earlier: number;
}

export const ACCEPT: CreateReply = { kind: 'accept' };
export const TOO_MANY_REQUESTS: CreateReply = { kind: 'refuse', status: 429, code: 20429, retryAfterSeconds: 1 };

const REPLIES = {
  lost: { kind: 'lose' },
  hang: { kind: 'hang' },
  '503': { kind: 'fail' },
  '429': TOO_MANY_REQUESTS,
} as const;

/** Draws equal faults for equal numbers, whatever else is called meanwhile. */
export function faultsOf(rates: SimulatorFaultRates, seed: string, { to, earlier }: CreateRequest): CallFaults {
  return drawFaults(rates, seededRandom(seed, to, String(earlier)));
}

export function faultyReply({ create }: CallFaults): CreateReply {
  return create === null ? ACCEPT : REPLIES[create];
}
