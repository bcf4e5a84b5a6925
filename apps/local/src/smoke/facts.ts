import type { SmokeProvider } from '#config/smoke-config.js';
import type { CallRecording } from '#telephony/port/telephony-provider.js';
import type { Verdict } from './checklist.js';
import { FACTS, type FactName } from './checks.js';
import type { HeardCall } from './heard-call.js';
import type { SmokeCall } from './smoke-call.js';
import type { SmokeRun } from './smoke-run.js';

export interface LateFacts {
  /** Longest wait for late facts. */
  readonly patienceSeconds: number;
  /** Seconds from the end until the cost was known; null: it stayed unknown. */
  readonly costAfterSeconds: number | null;
}

interface Fact {
  /** Text that is shown for the fact; null: the fact is unknown. */
  readonly known: (heard: HeardCall) => string | null;
  /** Reason why the fact may be missing; null: it is expected. */
  readonly excuse: (heard: HeardCall) => string | null;
}

/** Note on wishes. Without a model's answer, no opt-out and no callback wish is recorded. */
const WISHES_ASKED = 'a model was asked for opt-out and call-back';

const ALL_FACTS: Readonly<Record<FactName, Fact>> = {
  'answered by': {
    known: ({ facts }) => (facts.answeredBy === 'unknown' ? null : facts.answeredBy),
    excuse: (heard) => untaken(heard) ?? 'the carrier could not tell',
  },
  recording: { known: ({ facts }) => facts.recordingUrl && 'told', excuse: untaken },
  messages: { known: ({ messages }) => (messages.length > 0 ? `${messages.length} turns` : null), excuse: unspoken },
  transcript: { known: ({ facts }) => facts.transcript && `${facts.transcript.length} characters`, excuse: oneSided },
  summary: { known: ({ facts }) => facts.summary && `${facts.summary.length} characters`, excuse: oneSided },
  wishes: { known: (heard) => (heard.knows('wishes') ? WISHES_ASKED : null), excuse: oneSided },
  cost: { known: ({ facts }) => facts.cost, excuse: untaken },
};

function untaken({ wasAnswered }: HeardCall): string | null {
  return wasAnswered ? null : 'nobody answered the call';
}

function unspoken(heard: HeardCall): string | null {
  return untaken(heard) ?? (heard.facts.outcome === 'voicemail' ? 'a machine answered the call' : null);
}

function oneSided(heard: HeardCall): string | null {
  const hasAnswered = heard.messages.some(({ role }) => role === 'person');
  return unspoken(heard) ?? (hasAnswered ? null : 'the person said nothing');
}

/** Lists the expected facts that have not arrived. */
export function missingFacts(provider: SmokeProvider, heard: HeardCall): FactName[] {
  const isMissing = (name: FactName) => ALL_FACTS[name].known(heard) === null && ALL_FACTS[name].excuse(heard) === null;
  return FACTS[provider].filter(isMissing);
}

export async function judgeFacts(run: SmokeRun, call: SmokeCall, late: LateFacts): Promise<void> {
  for (const name of FACTS[run.provider]) run.checklist.judge(name, await verdictOn(name, { run, call, late }));
}

async function verdictOn(
  name: FactName,
  { run, call, late }: { run: SmokeRun; call: SmokeCall; late: LateFacts },
): Promise<Verdict> {
  const { known, excuse } = ALL_FACTS[name];
  const seen = known(call.heard);
  if (seen !== null && name === 'recording') return recordingVerdict(run, call);
  if (seen !== null && name === 'cost')
    return { mark: '✓', seen: `${seen}, known ${late.costAfterSeconds ?? 0} s after the end` };
  if (seen !== null) return { mark: '✓', seen };
  const why = excuse(call.heard);
  if (why !== null) return { mark: '–', seen: why };
  return run.signal.aborted
    ? { mark: '–', seen: 'stopped before it came' }
    : { mark: '✗', seen: `did not come within ${late.patienceSeconds} s of the end` };
}

const TRIES = 3;
const TRY_EVERY_MS = 5_000;

/** Opens the recording, with retries: Twilio and Vapi tell of a recording before it can be downloaded. */
async function recordingVerdict({ clock, signal }: SmokeRun, { provider, heard }: SmokeCall): Promise<Verdict> {
  for (let tries = 1; ; tries++) {
    const recording = await provider.openRecording(heard.facts.recordingUrl ?? '');
    const bytes = typeof recording === 'string' ? 0 : await lengthOf(recording);
    if (typeof recording !== 'string' && bytes > 0)
      return { mark: '✓', seen: `${bytes} bytes of ${recording.contentType}` };
    if (tries === TRIES || signal.aborted) return { mark: '✗', seen: 'told, but it cannot be opened' };
    await clock.pause(TRY_EVERY_MS, signal);
  }
}

/** Returns the length in bytes; 0 if the download breaks off. */
async function lengthOf({ content, length }: CallRecording): Promise<number> {
  let bytes = 0;
  try {
    for await (const piece of content as AsyncIterable<Buffer>) bytes += piece.length;
  } catch {
    return 0;
  }
  return bytes === (length ?? bytes) ? bytes : 0;
}
