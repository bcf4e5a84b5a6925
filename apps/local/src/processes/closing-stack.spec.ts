import { describe, expect, it } from 'vitest';
import { ClosingStack } from './closing-stack.js';

function recorded(): { stack: ClosingStack; closed: string[]; add: (name: string, failure?: Error) => void } {
  const stack = new ClosingStack();
  const closed: string[] = [];
  const add = (name: string, failure?: Error) =>
    stack.add(async () => {
      closed.push(name);
      if (failure) throw failure;
    });
  return { stack, closed, add };
}

describe('ClosingStack', () => {
  it('closes what was begun last first', async () => {
    const { stack, closed, add } = recorded();
    for (const name of ['lock', 'database', 'apps']) add(name);
    await stack.close();
    expect(closed).toEqual(['apps', 'database', 'lock']);
  });

  it('closes once, however often it is asked', async () => {
    const { stack, closed, add } = recorded();
    add('lock');
    await Promise.all([stack.close(), stack.close()]);
    expect(closed).toEqual(['lock']);
  });

  it('goes on after a failure, and tells it at the end', async () => {
    const { stack, closed, add } = recorded();
    add('lock');
    add('database', new Error('stuck'));
    await expect(stack.close()).rejects.toThrow('stuck');
    expect(closed).toEqual(['database', 'lock']);
  });
});
