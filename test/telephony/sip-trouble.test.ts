import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { SipSettings } from '#telephony/sip/engine/sip-settings.js';
import { until } from '../support/until.js';
import { HAS_SIP } from './sip/installed.js';
import { calleeScenario, loginRefusedScenario } from './sip/scenarios.js';
import { SipContext } from './sip/sip-context.js';
import { SipSite } from './sip/sip-site.js';

/** Tests trouble that is the fault of no number. */
describe.skipIf(!HAS_SIP)('Trouble with a SIP trunk (apt-get install baresip-core sip-tester)', () => {
  let site: SipSite | undefined;
  let context: SipContext | undefined;

  const open = async (settings: Partial<SipSettings> = {}, scenario = calleeScenario()) => {
    site = await SipSite.open(scenario);
    context = await SipContext.open(site, settings);
  };
  const toldLast = (at: SipContext, n: number) => at.ended(n).then(() => at.eventsOf(n).at(-1));

  afterEach(async () => {
    await context?.close();
    await site?.close();
    site = context = undefined;
  });

  it.each([
    [401, null],
    [401, 'wrong'],
    [407, null],
    [407, 'wrong'],
  ] as const)('that answers %i to the password %j is the account’s, and costs no attempt', async (code, password) => {
    await open({ password }, loginRefusedScenario(code));
    expect((await context!.place(1)).kind).toBe('accepted');
    expect(await toldLast(context!, 1)).toMatchObject({
      status: 'failed',
      endReason: expect.stringMatching(new RegExp(`^${code} `)),
      notPlaced: { fault: 'account' },
    });
  });

  it('that is under repair costs no attempt before it rings, and one after that', async () => {
    await open();
    await context!.call(1, {}, 'refuse_503');
    await context!.call(2, {}, 'ring', 'refuse_503');
    const away = { status: 'failed', endReason: '503 Service Unavailable' };
    expect(await toldLast(context!, 1)).toMatchObject({
      ...away,
      notPlaced: { fault: 'throttle', retryAfterSeconds: 30 },
    });
    expect(await toldLast(context!, 2)).toMatchObject(away);
    expect((await toldLast(context!, 2))?.notPlaced).toBeUndefined();
  });

  it('that is said of one number again and again, while others ring, is the number’s', async () => {
    await open();
    const isGivenBack: boolean[] = [];
    for (const n of [1, 2, 3, 4]) {
      await context!.call(10 + n, {}, 'ring');
      await context!.call(n, { to: '+442079460999' }, 'refuse_503');
      isGivenBack.push((await toldLast(context!, n))?.notPlaced !== undefined);
    }
    expect(isGivenBack).toEqual([true, true, true, false]);
  });

  it.each([403, 500, 502, 504])('that is told by %i may be this number’s: it counts', async (code) => {
    await open();
    await context!.call(1, {}, `refuse_${code}`);
    expect((await toldLast(context!, 1))?.notPlaced).toBeUndefined();
  });

  it('to which no way leads costs no attempt', async () => {
    await open({ trunk: '[::1]:5060' });
    expect(await context!.place(1)).toEqual({
      kind: 'rejected',
      fault: 'throttle',
      code: 'engine_refused: Protocol not supported',
      retryAfterSeconds: 30,
    });
  });

  it('is no reason to play an old prompt: another file in its place is heard from the next call on', async () => {
    site = await SipSite.open(calleeScenario());
    const audioFile = join(site.directory, 'hello.wav');
    copyFileSync(site.prompt(60), audioFile);
    context = await SipContext.open(site, { audioFile });
    await context.call(1, {}, 'answer');
    copyFileSync(site.prompt(0.5), audioFile);
    await context.call(2, {}, 'answer');
    expect((await context.ended(2)).endReason).toBe('prompt_played');
    rmSync(audioFile);
    expect(await context.place(3)).toEqual({ kind: 'rejected', fault: 'account', code: 'prompt_missing' });
    copyFileSync(site.prompt(1, 44_100), audioFile);
    expect(await context.place(3)).toMatchObject({ fault: 'account', code: 'prompt_not_8khz_mono_wav' });
    copyFileSync(site.prompt(0.5), audioFile);
    expect((await context.place(3)).kind).toBe('accepted');
    expect(context.eventsOf(1).map(({ status }) => status)).not.toContain('completed');
  });

  it('keeps no recording of a call that is not to be recorded', async () => {
    await open({ recordings: true });
    await context!.call(1, { recordCall: false }, 'answer', 'hang_up');
    await context!.call(2, { recordCall: true }, 'answer', 'hang_up');
    await until('the other is told of', async () => context!.eventsOf(2).some(({ recordingUrl }) => recordingUrl));
    expect((await context!.ended(1)).recordingUrl).toBeNull();
    const names = readdirSync(join(site!.directory, 'sip', 'recordings'));
    expect(names.filter((name) => !name.startsWith('intake-'))).toEqual([expect.stringMatching(/2$/)]);
    const kept = readdirSync(join(site!.directory, 'sip', 'recordings'), { recursive: true, withFileTypes: true });
    expect(kept.filter((entry) => entry.isFile())).toHaveLength(2);
  });

  it('deletes a recording when it is told to', async () => {
    await open({ recordings: true });
    await context!.call(1, {}, 'answer', 'hang_up');
    const toldUrl = () => context!.eventsOf(1).find((event) => event.recordingUrl)?.recordingUrl;
    const recordingUrl = await until('it is told of', async () => toldUrl());
    expect(await context!.provider.deleteRecording(recordingUrl)).toBe('deleted');
    expect(await context!.provider.openRecording(recordingUrl)).toBe('gone');
    const elsewhere = SipContext.standBy(site!, { directory: join(site!.directory, 'api') });
    expect(await elsewhere.provider.deleteRecording(recordingUrl)).toBe('unavailable');
  });
});
