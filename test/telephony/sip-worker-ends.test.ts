import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { HAS_SIP } from './sip/installed.js';
import { calleeScenario } from './sip/scenarios.js';
import { SipContext } from './sip/sip-context.js';
import { sipRequest } from './sip/sip-lab.js';
import { SipSite } from './sip/sip-site.js';
import { SipWorker } from './sip/sip-worker.js';

const LONG_AGO = new Date(Date.now() - 3_600_000);

describe.skipIf(!HAS_SIP)('baresip and sipp are installed (apt-get install baresip-core sip-tester)', () => {
  let site: SipSite;
  const contexts: SipContext[] = [];

  const open = async (...differences: Parameters<SipSite['settings']>) => {
    const context = await SipContext.open(site, ...differences);
    contexts.push(context);
    return context;
  };

  beforeEach(async () => {
    site = await SipSite.open(calleeScenario());
  });

  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    await site.close();
  });

  describe('A worker', () => {
    it('that is killed leaves its calls to the next, with their time limits', async () => {
      const worker = await SipWorker.start(site.settings());
      for (const n of [1, 2, 3, 4]) await worker.place({ ...sipRequest(n), ringTimeoutSeconds: n === 4 ? 5 : 30 });
      await until('all are called', async () => site.callee.invitations.length === 4);
      for (const n of [1, 2, 4]) site.callee.order(sipRequest(n).dialerJobId, 'ring');
      await worker.hears('ringing', 3);
      site.callee.order(sipRequest(1).dialerJobId, 'answer');
      await worker.hears('in_progress', 1);
      await worker.kill();
      site.callee.order(sipRequest(2).dialerJobId, 'answer');
      await until('the engine has heard the answer', async () =>
        site.engineLog().match(/Call established: \S*;attempt=\S*2\b/),
      );

      const context = await open();
      const statusOf = async (n: number) => {
        const seen = await context.provider.lookUp({ ...sipRequest(n), providerCallId: null });
        return seen.kind === 'found' ? seen.report.status : seen.kind;
      };
      expect(await Promise.all([1, 2, 3].map(statusOf))).toEqual(['in_progress', 'in_progress', 'initiated']);
      await until('nobody answers the fourth', async () => (await statusOf(4)) === 'no_answer');
      await context.order(1, 'hang_up');
      expect((await context.ended(1)).status).toBe('completed');
      expect(await context.provider.hangup({ ...sipRequest(2), providerCallId: null })).toBe('hung_up');
      await context.order(3, 'refuse_486');
      expect((await context.ended(3)).status).toBe('busy');
      expect(site.callee.invitations).toHaveLength(4);
    });

    it('that is killed leaves word of what it alone would have heard, in the log of the engine', async () => {
      const worker = await SipWorker.start(site.settings());
      for (const n of [1, 2, 3, 4, 5]) await worker.place(sipRequest(n));
      await until('all are called', async () => site.callee.invitations.length === 5);
      for (const n of [3, 4]) site.callee.order(sipRequest(n).dialerJobId, 'answer');
      await worker.hears('in_progress', 2);
      await worker.kill();
      site.callee.order(sipRequest(1).dialerJobId, 'refuse_486');
      site.callee.order(sipRequest(2).dialerJobId, 'refuse_404');
      site.callee.order(sipRequest(3).dialerJobId, 'hang_up');
      site.callee.order(sipRequest(5).dialerJobId, 'refuse_503');
      await until('they are over', async () => site.callee.invitations.filter(({ isOver }) => isOver).length === 4);
      const context = await open();
      expect(await context.ended(1)).toMatchObject({ status: 'busy', endReason: '486 Busy Here' });
      expect(await context.ended(2)).toMatchObject({ status: 'failed', outcome: 'bad_number' });
      expect(await context.ended(3)).toMatchObject({ status: 'completed', endReason: 'callee_hung_up' });
      expect(await context.ended(5)).toMatchObject({ status: 'failed', outcome: 'provider_error' });
      expect(context.eventsOf(5).some(({ notPlaced }) => notPlaced)).toBe(false);
      expect(await context.provider.lookUp({ ...sipRequest(4), providerCallId: null })).toMatchObject({
        report: { status: 'in_progress' },
      });
    });

    it('that is killed does not take with it that somebody heard the prompt to its end', async () => {
      const worker = await SipWorker.start(site.settings({ audioFile: site.prompt(2) }));
      await worker.place(sipRequest(1));
      await until('it is called', async () => site.callee.invitations.length === 1);
      await worker.kill();
      site.callee.order(sipRequest(1).dialerJobId, 'answer');
      await until('it is over', async () => site.callee.invitations.every(({ isOver }) => isOver));
      const facts = await (await open({ audioFile: site.prompt(2) })).ended(1);
      expect(facts).toMatchObject({ status: 'completed', endReason: 'prompt_played', answeredAt: expect.any(Date) });
      expect(facts.durationSeconds).toBeGreaterThan(0);
    });

    it('that is killed together with the engine leaves calls of which nobody knows the end', async () => {
      const worker = await SipWorker.start(site.settings());
      await worker.place(sipRequest(1));
      await worker.kill();
      site.signalEngine('SIGKILL');
      await until('it is gone', async () => !site.isEngineRunning());
      const context = await open();
      const seen = await context.provider.lookUp({ ...sipRequest(1), providerCallId: null });
      expect(seen).toEqual({ kind: 'not_found', isFinal: true });
      await context.call(2);
    });

    it('ends what an engine carries and nobody has written down', async () => {
      const worker = await SipWorker.start(site.settings());
      for (const n of [1, 2]) await worker.place(sipRequest(n));
      await until('both are called', async () => site.callee.invitations.length === 2);
      await worker.kill();
      rmSync(join(site.directory, 'sip', 'calls', `${sipRequest(1).dialerJobId}.json`));
      const context = await open();
      await until('it is over', async () =>
        site.callee.invitationsOf(sipRequest(1).dialerJobId).every(({ isOver }) => isOver),
      );
      expect((await context.provider.lookUp({ ...sipRequest(2), providerCallId: null })).kind).toBe('found');
    });

    it('remembers how its calls ended', async () => {
      const first = await open();
      const call = await first.call(1, {}, 'refuse_404');
      const endOf = async ({ provider }: typeof first) => {
        const lookup = await provider.lookUp(call);
        return lookup.kind === 'found' ? { ...lookup.report, ageSeconds: null } : lookup;
      };
      const before = await endOf(first);
      await first.close();
      expect(before).toHaveProperty('outcome');
      expect(await endOf(await open())).toEqual(before);
    });

    it('never says of a call that was not placed from its directory that it is over', async () => {
      const context = await open();
      const call = { ...sipRequest(1), placedAt: LONG_AGO, providerCallId: 'of another engine' };
      expect(await context.provider.lookUp(call)).toEqual({ kind: 'not_found', isFinal: false });
    });

    it('does nothing while another owns the engine, and takes over after it', async () => {
      const first = await open();
      const call = await first.call(1, {}, 'ring');
      const second = SipContext.standBy(site);
      contexts.push(second);
      expect(second.claimEngine()).toBe(false);
      expect(() => second.provider.stream(() => undefined)).toThrow('claimed');
      expect(await second.place(2)).toMatchObject({ kind: 'rejected', fault: 'throttle', code: 'engine_unavailable' });
      expect((await second.provider.lookUp({ ...call, placedAt: LONG_AGO })).kind).toBe('unavailable');
      expect(await second.provider.hangup(call)).toBe('unavailable');
      await first.close();
      expect(second.claimEngine()).toBe(true);
      await second.isReady();
      await second.call(2);
    });

    it('goes by the name of the one before it in the same directory, and by another in another', async () => {
      const nameIn = (directory: string) => {
        const claim = SipContext.standBy(site, { directory }).provider.claim();
        claim?.release();
        return claim?.holder;
      };
      const [here, elsewhere] = [join(site.directory, 'here'), join(site.directory, 'elsewhere')];
      expect(nameIn(here)).toBe(nameIn(here));
      expect(nameIn(elsewhere)).not.toBe(nameIn(here));
    });
  });

  describe('A worker that ends in order', () => {
    it('ends the engine, too', async () => {
      const context = await open();
      await context.call(1, {}, 'ring', 'answer', 'hang_up');
      await context.ended(1);
      await context.close();
      expect(site.isEngineRunning()).toBe(false);
    });

    it('cancels what rings, gives back what does not yet, and lets those who talk come to an end', async () => {
      const context = await open({ drainSeconds: 60 });
      await context.call(1);
      await context.call(2, {}, 'ring');
      await context.call(3, {}, 'ring', 'answer');
      const closed = context.close();
      expect(await context.ended(1)).toMatchObject({ status: 'canceled', endReason: 'worker_stopped' });
      expect(context.eventsOf(1).at(-1)?.notPlaced).toEqual({ fault: 'throttle' });
      expect(await context.ended(2)).toMatchObject({ status: 'canceled', endReason: 'worker_stopped' });
      expect(context.eventsOf(2).at(-1)?.notPlaced).toBeUndefined();
      expect(await context.place(4)).toMatchObject({ kind: 'rejected', fault: 'throttle', code: 'worker_stops' });
      expect(site.isEngineRunning()).toBe(true);
      await context.order(3, 'hang_up');
      await closed;
      expect(await context.ended(3)).toMatchObject({ status: 'completed', endReason: 'callee_hung_up' });
      expect(site.isEngineRunning()).toBe(false);
      await until('everybody knows it', async () => site.callee.invitations.every(({ isOver }) => isOver));
    });

    it('hangs up on those who talk for longer than it waits', async () => {
      const context = await open({ drainSeconds: 1 });
      await context.call(1, {}, 'ring', 'answer');
      await context.close();
      expect(await context.ended(1)).toMatchObject({ status: 'completed', endReason: 'worker_stopped' });
      await until('the callee is told', async () => site.callee.invitations.every(({ isOver }) => isOver));
      expect(site.isEngineRunning()).toBe(false);
    });

    it('minds the longest call meanwhile', async () => {
      const context = await open({ drainSeconds: 60 });
      await context.call(1, { maxCallSeconds: 2 }, 'ring', 'answer');
      await context.close();
      expect(await context.ended(1)).toMatchObject({ status: 'completed', endReason: 'max_duration' });
    });

    it('leaves no engine behind that has stopped listening, and nobody’s end untold', async () => {
      const context = await open();
      await context.call(1, {}, 'ring', 'answer');
      site.signalEngine('SIGSTOP');
      await context.close();
      expect(await context.ended(1)).toMatchObject({ status: 'completed', endReason: 'worker_stopped' });
      expect(site.isEngineRunning()).toBe(false);
    });
  });
});
