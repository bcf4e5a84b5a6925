/**
 * What comes of a response until the signal says that it is waited for no longer. The signal that its request was sent
 * with is not enough: on Node 20, `fetch` forgets it once its own objects have been collected as garbage.
 */
export function textOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): ReadableStream<string> {
  return body.pipeThrough(new TextDecoderStream(), { signal });
}

export async function wholeTextOf({ body }: Response, signal: AbortSignal): Promise<string> {
  let text = '';
  if (body) for await (const piece of textOf(body, signal)) text += piece;
  return text;
}
