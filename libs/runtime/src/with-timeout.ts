/** Returns the result of `work`, or `otherwise` if it takes longer than that. The work itself is not canceled. */
export async function withTimeout<T>(milliseconds: number, work: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), milliseconds);
  });
  work.catch(() => undefined);
  return Promise.race([work, silence]).finally(() => clearTimeout(timer));
}
