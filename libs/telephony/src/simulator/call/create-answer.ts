import type { PlaceCallResult } from '../../port/telephony-provider.js';
import { toProviderCallId } from './call-terms.js';
import type { Reception } from './simulated-call.js';

/** Returns the carrier's answer to a create request; null if no answer ever comes. */
export function answerTo(reception: Reception): PlaceCallResult | null {
  switch (reception.kind) {
    case 'rejected':
      return { kind: 'rejected', fault: 'permanent', code: reception.code };
    case 'throttled': {
      const { retryAfterSeconds } = reception;
      return { kind: 'rejected', fault: 'throttle', code: 'too_many_requests', retryAfterSeconds };
    }
    case 'taken':
      return answerOfAccepted(reception);
  }
}

function answerOfAccepted({ call }: Reception & { kind: 'taken' }): PlaceCallResult | null {
  switch (call.faults.create) {
    case 'hang':
      return null;
    case 'lost':
      return { kind: 'unknown', cause: 'connection reset' };
    case '503':
      return { kind: 'unknown', cause: 'HTTP 503' };
    default:
      return { kind: 'accepted', providerCallId: toProviderCallId(call.terms) };
  }
}
