/** Returns the result of `work`, or `otherwise` if it takes longer than that. The work itself is not canceled. */
export function withTimeout<T, Late = T>(milliseconds: number, work: Promise<T>, otherwise: Late): Promise<T | Late> {
  return raced(milliseconds, work, () => otherwise);
}

/** Returns the result of `work`, and throws `late()` if it takes longer than that. The work itself is not canceled. */
export function withinTime<T>(milliseconds: number, work: Promise<T>, late: () => Error): Promise<T> {
  return raced(milliseconds, work, () => {
    throw late();
  });
}

async function raced<T, Late>(milliseconds: number, work: Promise<T>, onTimeout: () => Late): Promise<T | Late> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return Promise.race([work, silence.then(onTimeout)]).finally(() => clearTimeout(timer));
}
