import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { opened } from '#telephony/opened-recording.fixture.js';
import { until } from '../harness/until.js';
import { HAS_SIP } from './sip/installed.js';
import { calleeScenario } from './sip/scenarios.js';
import { SipDesk } from './sip/sip-desk.js';
import { sipRequest } from './sip/sip-lab.js';
import { SipSite } from './sip/sip-site.js';
import { SipWorker } from './sip/sip-worker.js';

const LONG_AGO = new Date(Date.now() - 3_600_000);

describe.skipIf(!HAS_SIP)('baresip and sipp are installed (apt-get install baresip-core sip-tester)', () => {
  let site: SipSite;
  const desks: SipDesk[] = [];

  const open = async (...differences: Parameters<SipSite['settings']>) => {
    const desk = await SipDesk.open(site, ...differences);
    desks.push(desk);
    return desk;
  };

  beforeEach(async () => {
    site = await SipSite.open(calleeScenario());
  });

  afterEach(async () => {
    for (const desk of desks.splice(0)) await desk.close();
    await site.close();
  });

  describe('A SIP engine', () => {
    it('that is killed takes its calls with it, and is started again', async () => {
      const desk = await open();
      const ringing = await desk.call(1, {}, 'ring');
      await desk.call(2, {}, 'ring', 'answer');
      const { id } = site.engine();
      site.signalEngine('SIGKILL');
      const gone = { status: 'failed', outcome: 'provider_error', endReason: 'engine_gone' };
      expect(await desk.ended(1)).toMatchObject(gone);
      expect(await desk.ended(2)).toMatchObject(gone);
      expect(await desk.provider.lookUp(ringing)).toMatchObject({ kind: 'found', event: gone });
      expect(await desk.provider.hangup(ringing)).toBe('already_ended');
      await until('another engine is ready', async () => desk.provider.isReady && site.engine().id !== id);
      await desk.call(3, {}, 'ring', 'answer', 'hang_up');
      expect((await desk.ended(3)).status).toBe('completed');
    });

    it('that cannot be started is no reason to lose a call: it is to be asked for later', async () => {
      const desk = SipDesk.start(site, { binary: join(site.directory, 'nowhere') });
      desks.push(desk);
      const log = join(site.directory, 'sip', 'engine.log');
      await until('it was tried', async () => readText(log).includes('ENOENT'));
      expect(await desk.place(1)).toMatchObject({ kind: 'rejected', fault: 'throttle', code: 'engine_unavailable' });
      expect(await desk.provider.lookUp({ ...sipRequest(1), providerCallId: null })).toEqual({
        kind: 'not_found',
        isFinal: false,
      });
    });

    it('knows nothing of our environment, and takes orders on 127.0.0.1 alone', async () => {
      await open();
      const { pid, ports } = site.engine();
      const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .map((line) => line.split('=')[0]);
      expect(names.filter((name) => name !== '')).toEqual(['PATH']);
      const port = ports.control.toString(16).toUpperCase().padStart(4, '0');
      const listening = readFileSync('/proc/net/tcp', 'utf8')
        .split('\n')
        .filter((line) => /: \w+:(\w+) .*? 0A /.exec(line)?.[1] === port);
      expect(listening.map((line) => /: (\w+):/.exec(line)?.[1])).toEqual(['0100007F']);
    });

    it('is ended in an orderly stop when no call is on it', async () => {
      const desk = await open();
      await desk.call(1, {}, 'ring', 'answer', 'hang_up');
      await desk.ended(1);
      await desk.close();
      expect(site.isEngineRunning()).toBe(false);
    });

    it('goes on in an orderly stop while there is one, and is found again', async () => {
      const first = await open();
      const call = await first.call(1, {}, 'ring', 'answer');
      const { id } = site.engine();
      await first.close();
      expect(site.isEngineRunning()).toBe(true);
      const second = await open();
      expect(site.engine().id).toBe(id);
      expect(await second.provider.lookUp(call)).toMatchObject({ kind: 'found', event: { status: 'in_progress' } });
      await second.order(1, 'hang_up');
      expect(await second.ended(1)).toMatchObject({ status: 'completed', endReason: 'callee_hung_up' });
    });

    it('with other settings is given no more calls, and replaced after its last', async () => {
      const first = await open();
      await first.call(1, {}, 'ring', 'answer');
      const { id } = site.engine();
      await first.close();
      const second = await open({ recordings: true });
      expect(await second.place(2)).toMatchObject({ fault: 'throttle', code: 'engine_renewed_after_its_last_call' });
      await second.order(1, 'hang_up');
      await until('another engine is ready', async () => second.provider.isReady && site.engine().id !== id);
      await second.call(3);
    });
  });

  describe('A worker', () => {
    it('that is killed leaves its calls to the next, with their time limits', async () => {
      const worker = await SipWorker.start(site.settings());
      for (const n of [1, 2, 3, 4]) await worker.place({ ...sipRequest(n), ringTimeoutSeconds: n === 4 ? 2 : 30 });
      await until('all are called', async () => site.callee.invitations.length === 4);
      for (const n of [1, 2, 4]) site.callee.order(sipRequest(n).dialerJobId, 'ring');
      await worker.hears('ringing', 3);
      site.callee.order(sipRequest(1).dialerJobId, 'answer');
      await worker.hears('in_progress', 1);
      await worker.kill();
      site.callee.order(sipRequest(2).dialerJobId, 'answer');

      const desk = await open();
      const statusOf = async (n: number) => {
        const seen = await desk.provider.lookUp({ ...sipRequest(n), providerCallId: null });
        return seen.kind === 'found' ? seen.event.status : seen.kind;
      };
      expect(await Promise.all([1, 2, 3].map(statusOf))).toEqual(['in_progress', 'in_progress', 'initiated']);
      await until('nobody answers the fourth', async () => (await statusOf(4)) === 'no_answer');
      await desk.order(1, 'hang_up');
      expect((await desk.ended(1)).status).toBe('completed');
      expect(await desk.provider.hangup({ ...sipRequest(2), providerCallId: null })).toBe('hung_up');
      await desk.order(3, 'refuse_486');
      expect((await desk.ended(3)).status).toBe('busy');
      expect(site.callee.invitations).toHaveLength(4);
    });

    it('that is killed takes with it what it alone would have heard: such a call is known to be over, and no more', async () => {
      const worker = await SipWorker.start(site.settings());
      await worker.place(sipRequest(1));
      await until('it is called', async () => site.callee.invitations.length === 1);
      await worker.kill();
      site.callee.order(sipRequest(1).dialerJobId, 'refuse_486');
      await until('it is over', async () => site.callee.invitations.every(({ isOver }) => isOver));
      const desk = await open();
      const seen = await desk.provider.lookUp({ ...sipRequest(1), providerCallId: null });
      expect(seen).toEqual({ kind: 'not_found', isFinal: true });
    });

    it('that is killed together with the engine leaves calls of which nobody knows the end', async () => {
      const worker = await SipWorker.start(site.settings());
      await worker.place(sipRequest(1));
      await worker.kill();
      site.signalEngine('SIGKILL');
      const desk = await open();
      const seen = await desk.provider.lookUp({ ...sipRequest(1), providerCallId: null });
      expect(seen).toEqual({ kind: 'not_found', isFinal: true });
      await desk.call(2);
    });

    it('ends what an engine carries and nobody has written down', async () => {
      const first = await open();
      await first.call(1, {}, 'ring', 'answer');
      await first.call(2, {}, 'ring', 'answer');
      await first.close();
      rmSync(join(site.directory, 'sip', 'calls', `${sipRequest(1).dialerJobId}.json`));
      const second = await open();
      await until('it is over', async () =>
        site.callee.invitationsOf(sipRequest(1).dialerJobId).every(({ isOver }) => isOver),
      );
      expect((await second.provider.lookUp({ ...sipRequest(2), providerCallId: null })).kind).toBe('found');
    });

    it('remembers how its calls ended', async () => {
      const first = await open();
      const call = await first.call(1, {}, 'refuse_404');
      const before = await first.provider.lookUp(call);
      await first.close();
      expect(await (await open()).provider.lookUp(call)).toEqual(before);
    });

    it('stands by while another owns the engine, and takes over after it', async () => {
      const first = await open();
      const call = await first.call(1, {}, 'ring');
      const second = SipDesk.start(site);
      desks.push(second);
      expect(await second.place(2)).toMatchObject({ kind: 'rejected', fault: 'throttle', code: 'engine_unavailable' });
      expect((await second.provider.lookUp({ ...call, placedAt: LONG_AGO })).kind).toBe('unavailable');
      expect(await second.provider.hangup(call)).toBe('unavailable');
      await first.close();
      await second.isReady();
      await second.order(1, 'answer');
      expect(await second.provider.hangup(call)).toBe('hung_up');
    });
  });

  describe('Recordings', () => {
    it('hold what was played, in stereo, each by itself', async () => {
      const desk = await open({ recordings: true, audioFile: site.prompt(0.5) });
      for (const n of [1, 2]) {
        await desk.call(n, {}, 'answer');
        const { recordingUrl } = await desk.ended(n);
        const recording = opened(await desk.provider.openRecording(recordingUrl ?? ''));
        expect(recording.contentType).toBe('audio/wav');
        expect(loudestOf(recording.content, 'right')).toBeGreaterThan(7_000);
        expect(loudestOf(recording.content, 'left')).toBe(0);
      }
    });

    it('of calls that were answered at one time do not keep those of others from being kept', async () => {
      const desk = await open({ recordings: true });
      const numbers = [1, 2, 3, 4, 5, 6];
      for (const n of numbers) await desk.call(n);
      await Promise.all(numbers.map((n) => desk.order(n, 'answer')));
      let last = 6;
      await until('one of those that come after them is kept', async () => {
        await desk.call(++last, {}, 'answer', 'hang_up');
        return (await desk.ended(last)).recordingUrl !== null;
      });
    });

    it('are none where the engine has no module for them', async () => {
      const desk = await open({ recordings: true, modulePath: site.modulesWithout('sndfile.so') });
      expect(desk.provider.isRecording).toBe(false);
      await desk.call(1, {}, 'answer', 'hang_up');
      expect((await desk.ended(1)).recordingUrl).toBeNull();
    });
  });
});

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function loudestOf(wav: Buffer, side: 'left' | 'right'): number {
  let loudest = 0;
  for (let at = side === 'left' ? 44 : 46; at + 2 <= wav.length; at += 4) {
    loudest = Math.max(loudest, Math.abs(wav.readInt16LE(at)));
  }
  return loudest;
}
