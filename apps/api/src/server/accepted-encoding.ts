/** Encodings of a stored document, the preferred ones first. */
export const ENCODINGS = ['br', 'gzip', 'identity'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Encodings that are read of a header; no client sends more. */
const MOST_CODINGS = 20;

/**
 * Picks the encoding for an Accept-Encoding header (RFC 9110 §12.5.3). A client that says nothing, or takes none of
 * ours, gets the document as it is.
 */
export function acceptedEncoding(header: string | undefined): Encoding {
  if (header === undefined) return 'identity';
  const wishes = wishesIn(header);
  const others = wishes.get('*');
  const weigh = (encoding: Encoding) =>
    wishes.get(encoding) ?? (encoding === 'identity' ? LEAST_WISH : undefined) ?? others ?? 0;
  const best = ENCODINGS.reduce((one, other) => (weigh(other) > weigh(one) ? other : one));
  return weigh(best) > 0 ? best : 'identity';
}

/** Below every weight that a header can give (three digits), and above none. */
const LEAST_WISH = 0.0001;

function wishesIn(header: string): Map<string, number> {
  const codings = header.toLowerCase().split(',', MOST_CODINGS);
  return new Map(codings.map((coding) => wishIn(coding)));
}

function wishIn(coding: string): [name: string, weight: number] {
  const [name = '', ...parameters] = coding.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const number = weight === undefined || weight === '' ? 1 : Number(weight);
  return [name === 'x-gzip' ? 'gzip' : name, number >= 0 && number <= 1 ? number : 0];
}
