import { maskedNumber } from '#rules/phone-number/masked-number.js';
import type { PlaceCallResult } from '#telephony/port/telephony-provider.js';
import type { Verdict } from './checklist.js';
import { rejectionMeaning } from './rejection-meaning.js';
import type { SmokeCall } from './smoke-call.js';
import type { SmokeRun } from './smoke-run.js';

export type Placed = 'may_ring' | 'refused' | 'not_asked';

/** Sends the only create request. Ctrl-C does not abort it, since it would then be unknown whether the phone rings. */
export async function place(run: SmokeRun, { provider, request, heard }: SmokeCall): Promise<Placed> {
  if (run.signal.aborted) {
    run.checklist.judge('create', { mark: '✗', seen: 'stopped before it' });
    return 'not_asked';
  }
  run.checklist.note(`calling ${maskedNumber(request.to)} over ${provider.name} …`);
  const patience = AbortSignal.timeout(provider.capabilities.createTimeoutSeconds * 1000);
  const result = await provider.placeCall(request, patience);
  if (result.kind === 'accepted') heard.adopt(result.providerCallId);
  run.checklist.judge('create', verdictOn(run, result));
  return result.kind === 'rejected' ? 'refused' : 'may_ring';
}

function verdictOn({ provider }: SmokeRun, result: PlaceCallResult): Verdict {
  switch (result.kind) {
    case 'accepted':
      return { mark: '✓', seen: `accepted as ${result.providerCallId}` };
    case 'rejected':
      return {
        mark: '✗',
        seen: `rejected as ${result.fault}: ${result.code}`,
        hint: rejectionMeaning(provider, result),
      };
    case 'unknown':
      return {
        mark: '✗',
        seen: `no answer (${result.cause}), so that it may ring`,
        hint: 'It is not asked for again, but looked for by our key.',
      };
  }
}
