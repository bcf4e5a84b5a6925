import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { playReceivedAudio } from './play-received-audio.js';

const URL_OF_FILE = 'http://127.0.0.1:3000/api/v1/calls/1/recording';

/** Renders a response in Swagger UI's place, and returns what its own component is given. */
function shown(content: unknown): { readonly url: string } {
  const ui = { React: { createElement: (_component: unknown, props: unknown) => props } };
  // Swagger UI gets the plugin as text, so it must know nothing of this module.
  const text = `(${playReceivedAudio.toString()})()`;
  const plugin = runInNewContext(text, { Blob, URL }) as ReturnType<typeof playReceivedAudio>;
  return plugin.wrapComponents.responseBody('body', ui)({ content, url: URL_OF_FILE }) as { readonly url: string };
}

describe('A response in Swagger UI', () => {
  it('plays audio from what has arrived', () => {
    expect(shown(new Blob(['RIFF'], { type: 'audio/wav' })).url).toMatch(/^blob:/);
  });

  it.each([['{}'], [null], [new Blob(['a,b'], { type: 'text/csv' })]])('leaves %j as it is', (content) => {
    expect(shown(content)).toEqual({ content, url: URL_OF_FILE });
  });
});
