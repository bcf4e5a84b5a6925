import { setTimeout as pause } from 'node:timers/promises';
import type { CallReport } from '#rules/call/call-report.js';
import { decodeReport } from './carrier-wire.js';

/** Silence after which a connection counts as half open. The carrier sends at least one line a second. */
const LONGEST_SILENCE_MS = 5_000;
const SHORTEST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Follows a carrier's call reports until it is stopped, and connects again whenever the connection is lost.
 * @returns a function that stops it.
 */
export function followReports(url: string, listener: (report: CallReport) => void): () => Promise<void> {
  const stopping = new AbortController();
  const done = follow(url, listener, stopping.signal);
  return async () => {
    stopping.abort();
    await done;
  };
}

async function follow(url: string, listener: (report: CallReport) => void, stopped: AbortSignal): Promise<void> {
  for (let pauseMs = SHORTEST_PAUSE_MS; !stopped.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const heard = await listenOnce(url, listener, stopped).catch(() => 0);
    if (heard > 0) pauseMs = SHORTEST_PAUSE_MS;
    await pause(pauseMs, undefined, { signal: stopped }).catch(() => undefined);
  }
}

/** @returns how many lines arrived before the connection ended. */
async function listenOnce(url: string, listener: (report: CallReport) => void, stopped: AbortSignal): Promise<number> {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(), LONGEST_SILENCE_MS);
  const signal = AbortSignal.any([stopped, silent.signal]);
  let heard = 0;
  try {
    const answer = await fetch(url, { signal });
    for await (const line of linesOf(answer, signal)) {
      timer.refresh();
      heard += 1;
      const report = decodeReport(line);
      if (report) listener(report);
    }
  } finally {
    clearTimeout(timer);
  }
  return heard;
}

/**
 * Yields the lines of an answer. On Node 20, `fetch` loses its signal once its own objects are collected as garbage.
 */
async function* linesOf(answer: Response, signal: AbortSignal): AsyncGenerator<string> {
  if (!answer.ok || !answer.body) return;
  let rest = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream(), { signal })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
