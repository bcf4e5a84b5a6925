/**
 * Streams the text of a response until the signal aborts. The signal of its request is not enough. On Node 20, `fetch`
 * forgets it once its own objects have been garbage-collected.
 */
export function textOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): ReadableStream<string> {
  return body.pipeThrough(new TextDecoderStream(), { signal });
}

export async function wholeTextOf({ body }: Response, signal: AbortSignal): Promise<string> {
  let text = '';
  if (body) for await (const piece of textOf(body, signal)) text += piece;
  return text;
}
