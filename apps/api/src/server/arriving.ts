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
      const next = await inTime(iterator.next(), patienceMs);
      isWaiting = false;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // A source that is waited for ends only with its connection, which the answer closes.
    if (!isWaiting) await iterator.return?.();
  }
}

async function inTime<T>(work: Promise<T>, patienceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(stalled(patienceMs)), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function stalled(patienceMs: number): BodyStalled {
  return new BodyStalled(`Nothing more of the body came for ${patienceMs / 1000} s: send it again`);
}
