import { describe, expect, it } from 'vitest';
import { chooseTelephones } from './telephone-choice.js';

function choose(text: string, country: string | null = 'US') {
  const [header, ...rows] = text.split('\n').map((line) => line.split(','));
  return chooseTelephones(
    header!,
    rows.map((cells, index) => ({ row: index + 2, cells, fault: null })),
    country,
  );
}

describe('chooseTelephones', () => {
  it.each([
    ['Name,Number,Balance,Client Phone\nAda,2025550100,12.50,2025550143', ['Client Phone']],
    ['Nummer,Telefon (privat)\n2025550100,2025550143', ['Telefon (privat)']],
    ['Numéro,Tél. portable\n2025550100,2025550143', ['Tél. portable']],
    ['Name,Number\nAda,2025550143', ['Number']],
    ['Name,Number,Balance\nAda,+1 202-555-0143,1.00', ['Number']],
    ['Number 1,Number 2\n2025550143,', ['Number 1', 'Number 2']],
    ['name,home,work\nAda,2025550143,2025550144', ['home', 'work']],
    ['name,home,mobile,work\nAda,12 High St,2025550143,', ['mobile', 'work']],
    ['Phone,Mobile,Fax\n,2025550143,2025550144', ['Phone', 'Mobile']],
    ['Mobile app user,Mobile\nno,2025550143\nno,2025550144\nno,2025550145', ['Mobile']],
    ['Phone 1 - Label,Phone 1 - Value,Phone 2 - Value\nmobile,2025550143,', ['Phone 1 - Value', 'Phone 2 - Value']],
    ['Phone\nnobody', ['Phone']],
    ['Number', ['Number']],
  ])('dials of %j', (text, columns) => {
    expect(choose(text)).toEqual({ columns });
  });

  it.each([
    ['Name,Number,Balance\nAda,2025550143,12.50', 'Number', 1],
    ['Name,Number,Reference No\nAda,2025550143,2025550144', 'Number', 1],
    ['Name,Number\nAda,4711', 'Number', 0],
    ['Number,Contact\n2025550143,2025550144', 'Number', 1],
    ['From,To\n+12025550143,+12025550144', 'From', 1],
    ['Number,Phone of us\n2025550143,n\n2025550144,y', 'Number', 1],
  ])('asks about %j', (text, column, valid_share) => {
    const choice = choose(text);
    expect(choice).toMatchObject({
      message: expect.stringMatching(/nobody was added.*Send the file again with .*mapping/),
    });
    expect('candidates' in choice && choice.candidates[0]).toMatchObject({ column, valid_share });
  });

  it('names no column if none can be the number, and shows no number in full', () => {
    const none = choose('Name,City\nAda,Ely');
    expect(none).toMatchObject({ candidates: [], message: expect.stringContaining('is none of "Name", "City"') });
    const some = choose('From,To\n+12025550143,+12025550144');
    expect(JSON.stringify(some)).toContain('…143');
    expect(JSON.stringify(some)).not.toContain('2025550143');
  });
});
