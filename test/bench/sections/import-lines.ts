const LINES_TOGETHER = 1_000;

/** Yields a file of so many contacts, with a header. */
export function* csvLines(rows: number): Generator<string> {
  yield 'phone,first name,last name,email,plan\n';
  for (let from = 0; from < rows; from += LINES_TOGETHER) {
    yield lines(from, rows, (n) => `${numberOf(n)},First ${n},Last ${n},person${n}@example.com,basic`);
  }
}

export interface Target {
  readonly tenantId: string;
  readonly campaignId: string;
  readonly placeId: number;
}

/** Yields the same contacts as rows for COPY. */
export function* copyLines(rows: number, { tenantId, campaignId, placeId }: Target): Generator<string> {
  const constant = (n: number) => `First ${n}\tLast ${n}\tperson${n}@example.com\t{"plan": "basic"}\t${placeId}`;
  for (let from = 0; from < rows; from += LINES_TOGETHER) {
    yield lines(from, rows, (n) => `${tenantId}\t${campaignId}\t${numberOf(n)}\t${numberOf(n)}\t${constant(n)}`);
  }
}

function lines(from: number, rows: number, line: (n: number) => string): string {
  const count = Math.min(LINES_TOGETHER, rows - from);
  return Array.from({ length: count }, (_, index) => `${line(from + index)}\n`).join('');
}

/** Returns the n-th number of New York; all are different. */
function numberOf(n: number): string {
  return `+1212${String(2_000_000 + n).padStart(7, '0')}`;
}
