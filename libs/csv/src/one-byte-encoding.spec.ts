import { describe, expect, it } from 'vitest';
import { CODE_PAGES } from './code-pages.js';
import { DETECTED, oneByteDecoder, oneByteEncodingOf, type DetectedEncoding } from './one-byte-encoding.js';

/** Bytes of a text in an encoding of one byte. */
function encoded(text: string, encoding: DetectedEncoding): Buffer {
  const decoder = oneByteDecoder(encoding);
  const bytes = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(Buffer.from([byte])), byte]));
  return Buffer.from(Array.from(text, (character) => bytes.get(character)!));
}

const TEXTS: readonly (readonly [DetectedEncoding, string])[] = [
  ['windows-1252', 'Jürgen Groß – “Köln”, 5 €\nMüller\n'],
  ['windows-1252', 'Hélène Lefèvre, Cœur, Noël\n'],
  ['windows-1252', 'José Muñoz, María Núñez\n'],
  ['windows-1252', 'Müller, José, Bjørn, Françoise\n'],
  ['windows-1252', 'Åsa Öberg, Märta\n'],
  ['windows-1252', 'O’Brien\n'],
  ['windows-1250', 'Wałęsa, Imię, Święty\n'],
  ['windows-1250', 'Dvořák, Šťastný, Příjmení\n'],
  ['windows-1250', 'Erdős, Fűz, Kovács, Őry\n'],
  ['iso-8859-2', 'Gąsiorowski, Żółć, Święty, Łoś\n'],
  ['windows-1254', 'Yıldız, Şahin, Öztürk, Çağrı\n'],
  ['windows-1251', 'Иванов Пётр, Москва\n'],
  ['windows-1253', 'Παπαδόπουλος Γιώργος, Μαρία\n'],
  ['macintosh', 'Jürgen Müller, Käthe, Zoé\n'],
  ['cp850', 'Jürgen Müller, Käthe, Groß\n'],
];

describe('oneByteEncodingOf', () => {
  it.each(TEXTS)('the encoding %s is found by %j', (encoding, text) => {
    const bytes = encoded(`Name;Telefon\n${text}`, encoding);
    expect(oneByteEncodingOf(bytes).encoding).toBe(encoding);
    expect(oneByteDecoder(encoding).decode(bytes)).toBe(`Name;Telefon\n${text}`);
  });

  it('a single letter that may be one of several is doubtful', () => {
    expect(oneByteEncodingOf(encoded('Jäger\n', 'macintosh'))).toMatchObject({ isDoubtful: true });
  });

  it.each(DETECTED)('every byte of %s has a character', (encoding) => {
    const text = oneByteDecoder(encoding).decode(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
    expect([Array.from(text).length, text.slice(0, 128)]).toEqual([
      256,
      String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code)),
    ]);
  });

  it('every page has 128 characters', () => {
    expect(Object.values(CODE_PAGES).map((page) => Array.from(page).length)).toEqual([128, 128, 128, 128, 128]);
  });
});
