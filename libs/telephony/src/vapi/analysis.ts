import { DateTime } from 'luxon';
import { LATEST_CALLBACK_DAYS } from '#rules/call/told-values.js';
import { JsonObject } from './json-object.js';

/** Seconds that Vapi waits for a model, its maximum. A question that timed out is never asked again. */
const WISHES_TIMEOUT_SECONDS = 60;
const VERDICT_TIMEOUT_SECONDS = 30;

/**
 * Makes the questions that Vapi's model answers once a call is over. They ask for a summary, for the success of the
 * call and for the person's wishes. Answers come back in `analysis`. Vapi tells the model neither the day nor the
 * person's area, so the schema names the day.
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

/** Wishes of the person, as the model understood them. */
export interface Wishes {
  readonly isOptOut: boolean;
  /** Wished callback; null: none. Without a time the engine calls tomorrow at the same time. */
  readonly callback: { readonly at?: Date } | null;
}

/** @param endedAt end of the call. */
export function wishesIn(analysis: JsonObject, endedAt: Date): Wishes {
  const told = structuredDataIn(analysis);
  const at = timeIn(told.text('callback_at') ?? '', endedAt);
  return { isOptOut: told.saysYes('opt_out'), callback: told.saysYes('callback_requested') ? { at } : null };
}

/** True if the model was asked about wishes and has answered. */
export function hasWishes(analysis: JsonObject): boolean {
  return !structuredDataIn(analysis).isEmpty;
}

/** Reads the verdict of the rubric `PassFail`, which is true or false. */
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
 * Reads the time of a callback. A time without an offset is dropped, since the person's area is unknown. One with `Z`
 * is dropped too: models write it if they know no offset. In a time that has passed, or lies over a year ahead, the
 * model got the day wrong.
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
