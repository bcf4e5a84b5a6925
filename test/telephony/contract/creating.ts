import { describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import type { CallReport } from '#rules/call/call-report.js';
import type { PlaceCallResult } from '#telephony/port/telephony-provider.js';
import type { CreateBehaviour } from '../provider-lab.js';
import { delivered, expectWellFormed, factsOf, seenAs } from './heard.js';
import type { PlacedCall, Stage } from './stage.js';

const REJECTIONS = [
  ['refuse_permanent', 'permanent'],
  ['refuse_retryable', 'retryable'],
  ['refuse_account', 'account'],
  ['throttle', 'throttle'],
] as const satisfies readonly (readonly [CreateBehaviour, string])[];

type Fault = Extract<PlaceCallResult, { kind: 'rejected' }>['fault'];

const DOUBTS: readonly CreateBehaviour[] = ['lose_answer', 'hang', 'fail_after_create', 'time_out_after_create'];

const GIVE_UP_MS = 300;

export function describeCreating(stage: Stage, retryAfterSeconds: number | undefined): void {
  describe('asked to call', () => {
    it('accepts, with one request', async () => {
      const { request, result } = await stage.accepted();
      expect(result).toEqual({ kind: 'accepted', providerCallId: expect.stringMatching(/./) });
      expect(stage.lab.createRequests(request.dialerJobId)).toBe(1);
      expect(stage.lab.isLive(request.dialerJobId)).toBe(true);
    });

    it('keeps two calls at once apart', async () => {
      const [one, other] = [await stage.accepted(), await stage.accepted()];
      expect(one.byId.providerCallId).not.toBe(other.byId.providerCallId);
      for (const { byKey, byId } of [one, other]) {
        expect(await seenAs(stage.lab, byKey, ['initiated', 'ringing'])).toMatchObject({
          providerCallId: byId.providerCallId,
        });
      }
    });

    it.for(REJECTIONS)('and told to %s, says that the fault is %s', async ([behaviour, fault], context) => {
      stage.needs(context, behaviour);
      const call = await stage.place(behaviour);
      if (stage.lab.refusesAfterwards) await expectRefusedAfterwards(stage, call, fault);
      else await expectRefused(stage, call, fault);
      expect(stage.lab.createRequests(call.request.dialerJobId)).toBe(1);
      expect(stage.lab.isLive(call.request.dialerJobId)).toBe(false);
    });

    it('says when to ask again, where it is told', async (context) => {
      stage.needs(context, 'throttle');
      context.skip(stage.lab.refusesAfterwards === true, 'its refusals come as events');
      context.skip(retryAfterSeconds === undefined, 'this provider does not say when');
      expect((await stage.place('throttle')).result).toMatchObject({ fault: 'throttle', retryAfterSeconds });
    });

    it('refuses where nobody listens: nothing was sent', async (context) => {
      stage.needs(context, 'unreachable');
      const { request, result } = await stage.place('unreachable');
      expect(result).toMatchObject({ kind: 'rejected', fault: expect.stringMatching(/^(retryable|throttle)$/) });
      expect(stage.lab.createRequests(request.dialerJobId)).toBe(0);
    });

    it.for(DOUBTS)(
      '%s: does not know, asks no second time, and finds the call by our key alone',
      async (doubt, context) => {
        stage.needs(context, doubt);
        const { request, result, byKey } = await inDoubt(stage, doubt);
        expect(result).toEqual({ kind: 'unknown', cause: expect.stringMatching(/./) });
        const event = await seenAs(stage.lab, byKey, ['initiated', 'ringing']);
        expectWellFormed(event, request.dialerJobId);
        expect(stage.lab.createRequests(request.dialerJobId)).toBe(1);
        expect(stage.lab.isLive(request.dialerJobId)).toBe(true);
      },
    );

    it('gives up when the signal says so', async (context) => {
      stage.needs(context, 'hang');
      const begunAtMs = performance.now();
      const { result } = await stage.place('hang', AbortSignal.timeout(GIVE_UP_MS));
      expect(result.kind).toBe('unknown');
      const tookMs = performance.now() - begunAtMs;
      expect(tookMs).toBeGreaterThanOrEqual(GIVE_UP_MS - 10);
      expect(tookMs).toBeLessThan(1_000 * stage.lab.provider.capabilities.createTimeoutSeconds);
    });

    it('tells of a call whose answer has not come yet, so that it is known by its id', async (context) => {
      stage.needs(context, 'hang', 'ring');
      context.skip(stage.lab.hangsAsAWhole === true, 'nothing arrives while it hangs');
      const request = stage.nextRequest();
      const giveUp = new AbortController();
      stage.lab.behave('hang');
      const answer = stage.lab.provider.placeCall(request, giveUp.signal);
      await until('the request has arrived', async () => stage.lab.isLive(request.dialerJobId));
      await stage.lab.step(request.dialerJobId, 'ring');
      const events = await delivered(await stage.lab.reports(request.dialerJobId));
      giveUp.abort();
      expect((await answer).kind).toBe('unknown');
      for (const event of events) expectWellFormed(event, request.dialerJobId);
      expect(factsOf(events)).toMatchObject({ status: 'ringing', providerCallId: expect.stringMatching(/./) });
    });
  });
}

/** A request that hangs is given up once it has arrived, or where nothing arrives meanwhile, after a moment. */
function inDoubt(stage: Stage, doubt: CreateBehaviour): Promise<PlacedCall> {
  if (stage.lab.hangsAsAWhole) return stage.place(doubt, AbortSignal.timeout(GIVE_UP_MS));
  return doubt === 'hang' ? stage.giveUpOnceAsked(doubt) : stage.place(doubt);
}

async function expectRefused({ lab }: Stage, { result, byKey }: PlacedCall, fault: Fault): Promise<void> {
  expect(result).toMatchObject({ kind: 'rejected', fault, code: expect.stringMatching(/./) });
  expect((await lab.provider.lookUp(byKey)).kind).toBe('not_found');
}

/** Expects a call report and a look-up to tell the same fault. */
async function expectRefusedAfterwards({ lab }: Stage, { result, byKey }: PlacedCall, fault: Fault): Promise<void> {
  expect(result.kind).toBe('accepted');
  const found = await seenAs(lab, byKey, ['failed']);
  const told = await delivered(await lab.reports(byKey.dialerJobId));
  expect([faultOf(found), ...told.map(faultOf)]).toEqual([fault, fault]);
  expect(found.endReason).toMatch(/./);
}

function faultOf({ notPlaced, outcome }: CallReport): Fault {
  return notPlaced?.fault ?? (outcome === 'bad_number' ? 'permanent' : 'retryable');
}
