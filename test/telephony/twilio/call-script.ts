import { pickWeighted, seededRandom } from '#rules/values/seeded-random.js';
import type { CallStep } from '../provider-lab.js';
import type { CreateRequest } from './create-replies.js';

export interface CallTempo {
  /** Longest time for which a phone rings; `talkMs` limits a conversation. */
  readonly ringMs: number;
  readonly talkMs: number;
}

export interface TimedStep {
  readonly atMs: number;
  readonly step: CallStep;
}

type Ending = 'answered' | 'voicemail' | 'busy' | 'no_answer' | 'fail';

const ENDINGS: readonly [Share, ...Share[]] = [
  { weight: 50, ending: 'answered' },
  { weight: 15, ending: 'voicemail' },
  { weight: 20, ending: 'no_answer' },
  { weight: 10, ending: 'busy' },
  { weight: 5, ending: 'fail' },
];
interface Share {
  readonly weight: number;
  readonly ending: Ending;
}

/** Draws the steps of the called person, within the time limits of the request. Equal numbers have equal steps. */
export function callScript(seed: string, request: CreateRequest, form: URLSearchParams, tempo: CallTempo): TimedStep[] {
  const random = seededRandom(seed, 'line', request.to, String(request.earlier));
  const { ending } = pickWeighted(random, ENDINGS);
  const upTo = (mostMs: number, field: string) =>
    Math.round((0.2 + 0.8 * random()) * Math.min(mostMs, Number(form.get(field)) * 1000));
  const ringMs = upTo(tempo.ringMs, 'Timeout');
  const endMs = ringMs + upTo(tempo.talkMs, 'TimeLimit');
  if (ending === 'fail') return [{ atMs: ringMs, step: 'fail' }];
  const ring: TimedStep = { atMs: 0, step: 'ring' };
  if (ending === 'busy' || ending === 'no_answer') return [ring, { atMs: ringMs, step: ending }];
  const pickedUp = ending === 'answered' ? 'answer' : 'voicemail';
  return [ring, { atMs: ringMs, step: pickedUp }, { atMs: endMs, step: 'complete' }];
}
