import { withinTime } from '#runtime/with-timeout.js';

const SILENCE_MS = 60_000;

/** Error for a client that has stopped in the middle of a body: a 408. The client sees the message. */
export class BodyStalled extends Error {
  override readonly name = 'BodyStalled';
}

/**
 * Yields the parts that a client sends. Only the wait for the client counts towards `patienceMs`, not the work on a
 * part.
 *
 * @throws BodyStalled
 */
export async function* arriving<Part>(parts: AsyncIterable<Part>, patienceMs = SILENCE_MS): AsyncGenerator<Part> {
  const iterator = parts[Symbol.asyncIterator]();
  let isWaiting = false;
  try {
    for (;;) {
      isWaiting = true;
      const next = await withinTime(patienceMs, iterator.next(), () => stalled(patienceMs));
      isWaiting = false;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // A source that is waited for ends only with its connection, which the answer closes.
    if (!isWaiting) await iterator.return?.();
  }
}

function stalled(patienceMs: number): BodyStalled {
  return new BodyStalled(`Nothing more of the body came for ${patienceMs / 1000} s: send it again`);
}
