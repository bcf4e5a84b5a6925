import { describe, expect, it } from 'vitest';
import { Breather } from './breather.js';
import { DncColumns } from './dnc-columns.js';
import { dncRowReader } from './dnc-row.js';

function readerOf(header: readonly string[], reasonAt = -1) {
  const choice = { header, surest: [0], isNamed: false, firstCells: null, country: 'DE', found: null };
  const table = { header, columns: new DncColumns(choice), reasonAt, endsAt: [], country: 'DE', now: new Date(0) };
  return dncRowReader(table, new Breather());
}

describe('dncRowReader', () => {
  it('yields to other work within a row that takes long', async () => {
    const header = Array.from({ length: 50 }, (_, n) => `phone ${n}`);
    let [turns, isRead] = [0, false];
    const count = () => {
      turns++;
      if (!isRead) setImmediate(count);
    };
    setImmediate(count);
    await readerOf(header)({ row: 2, cells: header.map(() => '1 '.repeat(250)), fault: null });
    isRead = true;
    expect(turns).toBeGreaterThan(5);
  });

  it('reads no more than a hundred cells beyond the header, and says so', async () => {
    const cells = ['', ...Array.from({ length: 100_000 }, () => ''), '+442079460123'];
    const record = await readerOf(['phone'])({ row: 2, cells, fault: 'has 100002 cells, the header has 1' });
    expect(record).toMatchObject({ numbers: [], isLost: true });
  });

  it.each([
    ['030 5555-100 / -101', [], 2],
    ['12345', [expect.stringMatching(/no country has \+4912345, .* with its area code/)], 1],
  ])('says of %j what is odd, and keeps the cell as it stood', async (text, notes, count) => {
    const record = await readerOf(['phone'])({ row: 2, cells: [text], fault: null });
    expect([record.value, record.numbers.length]).toEqual([text, count]);
    expect(record.notes).toEqual(expect.arrayContaining(notes));
  });

  it('cuts a long reason between two characters, never within one', async () => {
    const read = readerOf(['phone', 'reason'], 1);
    const reasonOf = (text: string) => read({ row: 2, cells: ['+442079460123', text], fault: null });
    expect(await reasonOf('📵'.repeat(255))).toMatchObject({ reason: '📵'.repeat(255), notes: [] });
    expect(await reasonOf(`x${'📵'.repeat(255)}`)).toMatchObject({
      reason: `x${'📵'.repeat(254)}`,
      notes: ['reason: is cut after 255 characters'],
    });
  });
});
