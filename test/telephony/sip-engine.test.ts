import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signalProcess } from '#telephony/sip/engine/process-mark.js';
import type { SipSettings } from '#telephony/sip/engine/sip-settings.js';
import { readRecording } from '#telephony/port/opened-recording.fixture.js';
import { until } from '../support/until.js';
import { HAS_SIP } from './sip/installed.js';
import { calleeScenario } from './sip/scenarios.js';
import { SipContext } from './sip/sip-context.js';
import { sipRequest } from './sip/sip-lab.js';
import { SipSite } from './sip/sip-site.js';
import { SipWorker } from './sip/sip-worker.js';

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

  /** A worker that was killed while these were being talked with. */
  const leave = async (...numbers: number[]) => {
    const worker = await SipWorker.start(site.settings());
    for (const n of numbers) await worker.place(sipRequest(n));
    await until('all are called', async () => site.callee.invitations.length === numbers.length);
    for (const n of numbers) site.callee.order(sipRequest(n).dialerJobId, 'answer');
    await worker.hears('in_progress', numbers.length);
    await worker.kill();
  };

  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    await site.close();
  });

  describe('A SIP engine', () => {
    it('that is killed takes its calls with it, and is started again', async () => {
      const context = await open();
      const ringing = await context.call(1, {}, 'ring');
      await context.call(2, {}, 'ring', 'answer');
      const { id } = site.engine();
      site.signalEngine('SIGKILL');
      const gone = { status: 'failed', outcome: 'provider_error', endReason: 'engine_gone' };
      expect(await context.ended(1)).toMatchObject(gone);
      expect(await context.ended(2)).toMatchObject(gone);
      expect(await context.provider.lookUp(ringing)).toMatchObject({ kind: 'found', report: gone });
      expect(await context.provider.hangup(ringing)).toBe('already_ended');
      await until('another engine is ready', async () => context.provider.isReady && site.engine().id !== id);
      await context.call(3, {}, 'ring', 'answer', 'hang_up');
      expect((await context.ended(3)).status).toBe('completed');
    });

    it('that runs on while another one takes its place has taken its calls with it', async () => {
      const context = await open();
      await context.call(1, {}, 'ring');
      const former = site.engine();
      rmSync(join(site.directory, 'sip', 'engine.json'));
      (await site.openConnection(former)).destroy();
      expect(await context.ended(1)).toMatchObject({ status: 'failed', endReason: 'engine_gone' });
      await until('another engine is ready', async () => context.provider.isReady && site.engine().id !== former.id);
      await context.call(2);
      signalProcess(former, 'SIGKILL');
    });

    it('that cannot be started is no reason to lose a call: it is to be asked for later', async () => {
      const context = SipContext.start(site, { binary: join(site.directory, 'nowhere') });
      contexts.push(context);
      const log = join(site.directory, 'sip', 'engine.log');
      await until('it was tried', async () => readText(log).includes('ENOENT'));
      const refused = { kind: 'rejected', fault: 'throttle', code: 'engine_not_installed' };
      expect(await context.place(1)).toMatchObject(refused);
      expect(context.notes.filter((note) => note.includes('engine_not_installed'))).toHaveLength(1);
      expect(await context.provider.lookUp({ ...sipRequest(1), providerCallId: null })).toEqual({
        kind: 'not_found',
        isFinal: false,
      });
    });

    it('knows nothing of our environment, and takes orders on 127.0.0.1 alone', async () => {
      await open();
      const { pid, ports } = site.engine();
      const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .map((entry) => entry.split('=')[0]);
      expect(names.filter((name) => name !== '')).toEqual(['PATH']);
      const port = ports.control.toString(16).toUpperCase().padStart(4, '0');
      const listening = readFileSync('/proc/net/tcp', 'utf8')
        .split('\n')
        .filter((entry) => /: \w+:(\w+) .*? 0A /.exec(entry)?.[1] === port);
      expect(listening.map((entry) => /: (\w+):/.exec(entry)?.[1])).toEqual(['0100007F']);
    });

    it.each<[string, Partial<SipSettings>]>([
      ['a module', { recordings: true }],
      ['a password', { password: 'another' }],
      ['a user', { user: 'another' }],
      ['a domain', { domain: 'another.example' }],
    ])(
      'that was started with %s of other settings is given no more calls, and replaced after its last',
      async (_, settings) => {
        await leave(1);
        const { id } = site.engine();
        const context = await open(settings);
        expect(await context.place(2)).toMatchObject({ fault: 'throttle', code: 'engine_renewed_after_its_last_call' });
        await context.order(1, 'hang_up');
        await until('another engine is ready', async () => context.provider.isReady && site.engine().id !== id);
        await context.call(3);
      },
    );

    it('that was started with the same settings is used', async () => {
      await leave(1);
      const { id } = site.engine();
      const context = await open();
      await context.call(2);
      expect(site.engine().id).toBe(id);
    });

    it('says which version it is', async () => {
      const { notes } = await open();
      await until('it has said so', async () => notes.includes('SIP engine is ready 1.0.0'));
    });

    it('whose only connection somebody takes away is asked how its calls ended meanwhile', async () => {
      const context = await open();
      await context.call(1, {}, 'ring', 'answer');
      await context.call(2, {}, 'ring');
      await context.call(3, {}, 'ring');
      const thief = await site.openConnection();
      await until('it is gone', async () => !context.provider.isReady);
      site.callee.order(sipRequest(1).dialerJobId, 'hang_up');
      site.callee.order(sipRequest(2).dialerJobId, 'refuse_486');
      await until('both are over', async () => site.callee.invitations.filter(({ isOver }) => isOver).length === 2);
      thief.destroy();
      expect(await context.ended(1)).toMatchObject({ status: 'completed', endReason: 'callee_hung_up' });
      expect(await context.ended(2)).toMatchObject({ status: 'busy', endReason: '486 Busy Here' });
      await context.isReady();
      await context.order(3, 'answer');
    });

    it('writes down nobody’s number for long', async () => {
      const context = await open();
      await context.call(1, {}, 'ring', 'answer', 'hang_up');
      await context.ended(1);
      await until('it is taken out', async () => site.filesWith(sipRequest(1).to).every((path) => /calls/.test(path)));
      const log = readText(join(site.directory, 'sip', 'engine.log'));
      expect(log).toMatch(/sip:…01@\S+;attempt=\S+1: session closed/);
    });
  });

  describe('Recordings', () => {
    it('hold what was played, in stereo, each by itself', async () => {
      const context = await open({ recordings: true, audioFile: site.prompt(0.5) });
      for (const n of [1, 2]) {
        await context.call(n, {}, 'answer');
        await context.ended(n);
        const recordingUrl = await until(
          'it is kept',
          async () => context.eventsOf(n).find((event) => event.recordingUrl)?.recordingUrl,
        );
        const recording = await readRecording(await context.provider.openRecording(recordingUrl));
        expect(recording.contentType).toBe('audio/wav');
        expect(loudestOf(recording.content, 'right')).toBeGreaterThan(7_000);
        expect(loudestOf(recording.content, 'left')).toBe(0);
      }
    });

    it('of calls that were answered at one time do not keep those of others from being kept', async () => {
      const context = await open({ recordings: true });
      const numbers = [1, 2, 3, 4, 5, 6];
      for (const n of numbers) await context.call(n);
      await Promise.all(numbers.map((n) => context.order(n, 'answer')));
      let last = 6;
      await until('one of those that come after them is kept', async () => {
        await context.call(++last, {}, 'answer', 'hang_up');
        return (await context.ended(last)).recordingUrl !== null;
      });
    });

    it('are none where the engine has no module for them', async () => {
      const context = await open({ recordings: true, modulePath: site.modulesWithout('sndfile.so') });
      expect(context.provider.isRecording).toBe(false);
      await context.call(1, {}, 'answer', 'hang_up');
      expect((await context.ended(1)).recordingUrl).toBeNull();
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
