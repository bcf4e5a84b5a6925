import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#agent/manual-clock.fixture.js';
import { decodeRelayMessage, type AgentMessage } from '#agent/relay-protocol.js';
import { RelaySession } from '#agent/relay-session.js';
import { ScriptedSpeaker, settled } from '#agent/scripted-speaker.fixture.js';
import type { ConversationTurn } from '#rules/call/call-report.js';

const STARTED_AT = new Date('2026-03-02T10:00:00.000Z');

/** Event of a conversation. */
type Happening =
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'say'; readonly piece: string }
  | { readonly kind: 'finish' | 'fail' | 'close' }
  | { readonly kind: 'time'; readonly milliseconds: number };

const words = fc.oneof(fc.constantFrom('Hello?', 'No.', ' ', 'Good', 'Good morning', '[hang up]'), fc.string());

const message = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('prompt'), voicePrompt: words, last: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('interrupt'), utteranceUntilInterrupt: words }) },
  fc.record({ type: fc.constant('dtmf'), digit: fc.constantFrom('0', '9', '#', 'x', '') }),
  fc.record({
    type: fc.constant('info'),
    name: fc.constantFrom('agentSpeaking', 'clientSpeaking', 'tokensPlayed'),
    value: fc.constantFrom('on', 'off', ''),
  }),
  fc.record({ type: fc.constantFrom('setup', 'error', 'interrupt', 'info') }),
  fc.object(),
);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: message.map((one) => ({ kind: 'message' as const, text: JSON.stringify(one) })) },
  fc.string().map((text) => ({ kind: 'message' as const, text })),
  { weight: 4, arbitrary: words.map((piece) => ({ kind: 'say' as const, piece })) },
  { weight: 4, arbitrary: fc.constantFrom<Happening>({ kind: 'finish' }, { kind: 'fail' }) },
  { weight: 2, arbitrary: fc.nat(20_000).map((milliseconds) => ({ kind: 'time' as const, milliseconds })) },
);

interface Told {
  readonly clock: ManualClock;
  readonly speaker: ScriptedSpeaker;
  readonly session: RelaySession;
  readonly sent: AgentMessage[];
  /** Turns that were stored, one entry for each time. */
  readonly kept: (readonly ConversationTurn[])[];
}

/** A conversation to which all this has happened, in this order. */
async function tell(happenings: readonly Happening[]): Promise<Told> {
  const told = newConversation();
  for (const one of happenings) await happen(told, one);
  return told;
}

function newConversation(): Told {
  const clock = new ManualClock(STARTED_AT.getTime());
  const speaker = new ScriptedSpeaker();
  const [sent, kept]: [AgentMessage[], (readonly ConversationTurn[])[]] = [[], []];
  const terms = {
    systemPrompt: 'Ask.',
    firstMessage: 'Good morning.',
    firstWords: null,
    startedAt: STARTED_AT,
    language: null,
  };
  const session = new RelaySession(
    { ...terms, earlierTurns: [], silenceSeconds: 10, longestCallSeconds: 120 },
    { speaker, clock },
    { send: (one) => sent.push(one), turnsChanged: (turns) => kept.push(turns) },
  );
  session.start();
  return { clock, speaker, session, sent, kept };
}

async function happen({ clock, speaker, session }: Told, one: Happening): Promise<void> {
  const answer = speaker.answers.at(-1);
  if (one.kind === 'message') {
    const heard = decodeRelayMessage(one.text);
    if (heard) session.hear(heard);
  } else if (one.kind === 'say') await answer?.say(one.piece);
  else if (one.kind === 'finish') await answer?.finish();
  else if (one.kind === 'fail') await answer?.fail();
  else if (one.kind === 'time') clock.advance(one.milliseconds);
  else session.close();
  await settled();
}

/** Returns what the person said and finished saying, and each of the keys they pressed. */
function finishedPrompts(happenings: readonly Happening[]): string[] {
  return happenings.flatMap((one) => {
    const heard = one.kind === 'message' ? decodeRelayMessage(one.text) : null;
    if (heard?.type === 'dtmf') return [`(pressed ${heard.digit})`];
    return heard?.type === 'prompt' && heard.isLast && heard.text !== '' ? [heard.text] : [];
  });
}

function personsWords(turns: readonly ConversationTurn[] | undefined): string[] {
  const words = (turns ?? []).filter(({ role }) => role === 'person').map(({ text }) => text);
  return words.flatMap((text) => {
    const keys = /^\(pressed ([0-9#]+)\)$/.exec(text)?.[1];
    return keys === undefined ? [text] : [...keys].map((key) => `(pressed ${key})`);
  });
}

function anyConversation(check: (told: Told, happenings: readonly Happening[]) => void): Promise<void> {
  const happenings = fc.array(happening, { maxLength: 40 });
  return fc.assert(
    fc.asyncProperty(happenings, async (all) => check(await tell(all), all)),
    { numRuns: 300 },
  );
}

describe('Whatever Twilio, the model and the clock do', () => {
  it('what the person has finished saying is a turn, in its order, and was told to be kept', async () => {
    await anyConversation(({ session, kept }, happenings) => {
      session.close();
      expect(personsWords(session.turns)).toEqual(finishedPrompts(happenings));
      expect(personsWords(kept.at(-1))).toEqual(finishedPrompts(happenings));
    });
  });

  it('nothing is said after the end', async () => {
    await anyConversation(({ sent }) => {
      const end = sent.findIndex(({ type }) => type === 'end');
      expect([-1, sent.length - 1]).toContain(end);
    });
  });

  it('one answer at most is asked for at a time', async () => {
    await anyConversation(({ speaker }) => {
      for (const answer of speaker.answers.slice(0, -1)) expect(answer.isUnderWay).toBe(false);
    });
  });

  it('what the agent said is what was sent, or less', async () => {
    await anyConversation(({ session, sent }) => {
      const spoken = sent.map((one) => (one.type === 'text' ? one.token : '')).join('');
      const [, ...turns] = session.turns.filter(({ role }) => role === 'agent');
      expect(turns.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(spoken.length);
      expect(spoken).not.toContain('[hang up]');
    });
  });

  it('time runs forward', async () => {
    await anyConversation(({ session }) => {
      const seconds = session.turns.map((turn) => turn.seconds_from_start);
      expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
    });
  });

  it('nothing is waited for or asked once the line is closed', async () => {
    const happenings = fc.array(happening, { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(happenings, happenings, async (before, after) => {
        const told = await tell([...before, { kind: 'close' }]);
        const asked = told.speaker.answers.length;
        for (const one of after) await happen(told, one);
        expect(told.clock.open).toBe(0);
        expect(told.speaker.answers).toHaveLength(asked);
        expect(personsWords(told.session.turns)).toEqual(finishedPrompts([...before, ...after]));
      }),
    );
  });
});
