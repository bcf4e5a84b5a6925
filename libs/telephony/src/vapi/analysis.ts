import { DateTime } from 'luxon';
import { LATEST_CALLBACK_DAYS } from '#rules/call/told-values.js';
import { JsonObject } from './json-object.js';

/** A model that is slow is waited for: what it was not asked in time is never asked again. Vapi waits no longer. */
const WISHES_TIMEOUT_SECONDS = 60;
const VERDICT_TIMEOUT_SECONDS = 30;

/**
 * What a model is asked once a call is over: its summary, whether it came to what it was for, and what the person
 * wishes. All comes back in `analysis`. Vapi tells the model neither the day of the call nor where the person is; the
 * day stands here.
 */
export function toAnalysisPlan(placedAt: Date): Readonly<Record<string, unknown>> {
  return {
    summaryPlan: { enabled: true, timeoutSeconds: VERDICT_TIMEOUT_SECONDS },
    successEvaluationPlan: { enabled: true, rubric: 'PassFail', timeoutSeconds: VERDICT_TIMEOUT_SECONDS },
    structuredDataPlan: { enabled: true, timeoutSeconds: WISHES_TIMEOUT_SECONDS, schema: wishesOn(placedAt) },
  };
}

function wishesOn(placedAt: Date): object {
  return {
    type: 'object',
    required: ['opt_out', 'callback_requested'],
    properties: {
      opt_out: {
        type: 'boolean',
        description: 'True if the person said that they do not want to be called again, else false.',
      },
      callback_requested: {
        type: 'boolean',
        description: 'True if the person asked to be called again at another time, else false.',
      },
      callback_at: { type: 'string', description: callbackTime(placedAt) },
    },
  };
}

function callbackTime(placedAt: Date): string {
  return [
    'When the person wants to be called again: the date and time where they are, as 2026-11-03T15:00.',
    'Add the offset from UTC, as +01:00, only if the conversation says in which place or time zone they are.',
    `Leave it empty if they named no time. The call was made at ${placedAt.toISOString()}.`,
  ].join(' ');
}

/** What the person wishes, by that model. */
export interface Wishes {
  readonly isOptOut: boolean;
  /** Null: none. Without a time the engine calls tomorrow at the same one. */
  readonly callback: { readonly at?: Date } | null;
}

/** @param endedAt of the call. */
export function wishesIn(analysis: JsonObject, endedAt: Date): Wishes {
  const told = structuredDataIn(analysis);
  const at = timeIn(told.text('callback_at') ?? '', endedAt);
  return { isOptOut: told.saysYes('opt_out'), callback: told.saysYes('callback_requested') ? { at } : null };
}

/** Whether that model was asked, and has answered. */
export function hasWishes(analysis: JsonObject): boolean {
  return !structuredDataIn(analysis).isEmpty;
}

/** `PassFail` says true or false. */
export function isJudgedSuccess(analysis: JsonObject): boolean {
  return analysis.text('successEvaluation')?.trim().toLowerCase() === 'true';
}

function structuredDataIn(analysis: JsonObject): JsonObject {
  const text = analysis.text('structuredData');
  return text === undefined ? analysis.at('structuredData') : JsonObject.parse(text);
}

const TIME_WITH_OFFSET = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?[+-]\d\d:?\d\d$/;
const LONGEST_TIME = 64;
const LATEST_CALLBACK_MS = LATEST_CALLBACK_DAYS * 86_400_000;

/**
 * A local time alone could be any: nobody here knows where the person is. So could one with `Z`, which models write
 * when they know it no better. A time that has passed, or lies more than a year ahead, is one of which the model got
 * the day wrong.
 */
function timeIn(text: string, endedAt: Date): Date | undefined {
  if (text.length > LONGEST_TIME || !TIME_WITH_OFFSET.test(text.trim())) return undefined;
  const time = DateTime.fromISO(
    text
      .trim()
      .replace(/ (?=[+-])/, '')
      .replace(' ', 'T'),
  );
  const aheadMs = time.toMillis() - endedAt.getTime();
  return aheadMs > 0 && aheadMs <= LATEST_CALLBACK_MS ? time.toJSDate() : undefined;
}
