import { describe, expect, it } from 'vitest';
import { startNote } from './start-note.js';

describe('startNote', () => {
  it.each([
    [{ pending: 1 }, null],
    [{ pending: 1, completed: 4 }, null],
    [{}, /^It has no contacts, .*POST \/campaigns\/\{campaign_id\}\/contacts/],
    [{ removed: 3, pending: 0 }, /^It has no contacts/],
    [{ completed: 2, suppressed: 1, removed: 5 }, /^None .* \(2 completed, 1 suppressed\): add others, .*redial/],
    [{ in_progress: 1 }, /\(1 in_progress\)/],
  ])('the note for contacts %j is %s', (contacts, note) => {
    if (note === null) expect(startNote(contacts)).toBeNull();
    else expect(startNote(contacts)).toMatch(note);
  });
});
