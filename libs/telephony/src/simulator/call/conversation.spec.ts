import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#rules/values/seeded-random.js';
import type { Outcome } from '#rules/call/outcome.js';
import { callReport } from './call-report.js';
import { conversation, NO_BRIEFING, type Briefing, type Plot } from '../conversation/conversation.js';
import { INSTANT, simulatorConfig, takenCalls } from './simulator.fixture.js';

const OUTCOMES: Outcome[] = ['goal_reached', 'reached', 'callback_requested', 'opt_out', 'voicemail'];

const anyPlot = fc.record({
  outcome: fc.constantFrom(...OUTCOMES),
  isCutShort: fc.boolean(),
  durationSeconds: fc.integer({ min: 0, max: 7200 }),
});
const anyBriefing = fc.record({
  firstMessage: fc.option(fc.string({ minLength: 1 })),
  systemPrompt: fc.string(),
  firstName: fc.option(fc.string()),
});

function told(plot: Partial<Plot>, briefing: Partial<Briefing> = {}, key = 'k') {
  const wholePlot = { outcome: 'goal_reached' as const, isCutShort: false, durationSeconds: 30, ...plot };
  return conversation(wholePlot, { ...NO_BRIEFING, ...briefing }, seededRandom(key));
}

function text(...said: Parameters<typeof told>): string {
  return told(...said)
    .map((turn) => turn.text)
    .join(' ');
}

const keys = Array.from({ length: 50 }, (_, n) => `k${n}`);

describe('a conversation', () => {
  it('has 4 to 14 turns, in order, from the answer to no later than the end', () => {
    fc.assert(
      fc.property(anyPlot, anyBriefing, fc.string(), (plot, briefing, key) => {
        const turns = told(plot, briefing, key);
        const starts = turns.map((turn) => turn.seconds_from_start);
        expect(turns.length).toBeGreaterThanOrEqual(4);
        expect(turns.length).toBeLessThanOrEqual(14);
        expect(starts[0]).toBe(0);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
        expect(starts.at(-1)).toBeLessThanOrEqual(plot.durationSeconds);
        expect(turns.every((turn) => turn.text !== '')).toBe(true);
      }),
    );
  });

  it('has the same speakers at the same times whatever the agent was told', () => {
    const course = (turns: ReturnType<typeof told>) =>
      turns.map(({ role, seconds_from_start }) => [role, seconds_from_start]);
    fc.assert(
      fc.property(anyPlot, anyBriefing, fc.string(), (plot, briefing, key) => {
        expect(course(told(plot, briefing, key))).toEqual(course(told(plot, {}, key)));
      }),
    );
  });

  it('begins with the first message where there is one, as it is written', () => {
    fc.assert(
      fc.property(anyPlot, fc.string({ minLength: 1 }), fc.string(), (plot, firstMessage, key) => {
        expect(told(plot, { firstMessage }, key).find(({ role }) => role === 'agent')?.text).toBe(firstMessage);
      }),
    );
  });

  it('greets by the first name otherwise, and by none where it is not known', () => {
    for (const key of keys) {
      const greeting = (firstName: string | null) =>
        told({}, { firstName }, key).find(({ role }) => role === 'agent')?.text;
      expect(greeting('Ada')).toContain(' Ada');
      expect(greeting(null)).not.toMatch(/Ada|null|undefined|[{}]|\s[,.!:]/);
    }
  });

  it('names the purpose that the system prompt gives', () => {
    const systemPrompt = 'You are friendly. You are calling patients about their check-up. Be brief.';
    expect(text({}, { systemPrompt })).toContain('calling about your check-up');
  });

  it('never takes a name for a placeholder', () => {
    expect(text({}, { firstName: '{purpose}' })).toContain('{purpose}');
  });

  it.each<[Outcome, RegExp]>([
    ['callback_requested', /tomorrow/i],
    ['opt_out', /call this number again|off your list|any more of these calls|Stop calling|Remove my number/],
    ['voicemail', /voicemail|mailbox|answering machine|after the (tone|beep)/],
    ['goal_reached', /confirmed|it is done|Wonderful|everything is set|that is arranged/],
  ])('comes to its outcome, and no other does: %s', (outcome, words) => {
    const others = OUTCOMES.filter((other) => other !== outcome);
    for (const key of keys) {
      expect(text({ outcome, durationSeconds: 0 }, {}, key)).toMatch(words);
      for (const other of others) expect(text({ outcome: other, durationSeconds: 0 }, {}, key)).not.toMatch(words);
    }
  });

  it('breaks off before the goodbye when it is cut short', () => {
    for (const key of keys) {
      const whole = told({}, {}, key);
      expect(told({ isCutShort: true }, {}, key).map((turn) => turn.text)).toEqual(
        whole.map((turn) => turn.text).slice(0, -1),
      );
    }
  });
});

describe('300 calls', () => {
  const reports = takenCalls(simulatorConfig(), 700)
    .map(callReport)
    .filter(({ transcript }) => transcript)
    .slice(0, 300);

  it('do not read the same', () => {
    expect(reports.length).toBe(300);
    expect(new Set(reports.map(({ transcript }) => transcript)).size).toBeGreaterThan(295);
  });

  it('do not read the same when they last no time either', () => {
    const instant = takenCalls(INSTANT, 700)
      .map(callReport)
      .flatMap(({ transcript }) => transcript ?? [])
      .slice(0, 300);
    expect(new Set(instant).size).toBeGreaterThan(285);
  });

  it('have a transcript that is their messages, line by line, and a summary of one or two sentences', () => {
    for (const { transcript, messages, summary } of reports) {
      const lines = messages!.map(({ role, text }) => `${role === 'agent' ? 'Agent' : 'Person'}: ${text}`);
      expect(transcript).toBe(lines.join('\n'));
      expect(summary!.match(/\./g)!.length).toBeLessThanOrEqual(3);
      expect(summary).toMatch(/^[A-Z].+\.$/);
    }
  });
});
