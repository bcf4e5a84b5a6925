import type { Contract } from './contract.js';
import type { DrawnRequest } from './drawn-request.js';

export interface Seen {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Said where no check of a field has refused what the database could not use. */
const LAST_RESORT = 'outside of what the database can store or compare';

/** Explains what is wrong with an answer; null: the document allows it. */
export function complaintAbout(contract: Contract, { operation, kind }: DrawnRequest, seen: Seen): string | null {
  const { status, type, text } = seen;
  if (status >= 500) return `answered ${status}: ${text.slice(0, 300)}`;
  if (text.includes(LAST_RESORT)) return 'was refused by the database alone, which names no field';
  if (kind === 'bad' && status < 400) return `was accepted with ${status}`;
  const content = contract.answer(operation, status);
  if (!content) return `answered ${status}, which the document does not name: ${text.slice(0, 200)}`;
  return contentComplaint(contract, content, { type, text });
}

type Content = NonNullable<ReturnType<Contract['answer']>>;

function contentComplaint(contract: Contract, content: Content, { type, text }: Omit<Seen, 'status'>): string | null {
  const types = Object.keys(content);
  if (types.length === 0) return text === '' ? null : `has a body: ${text.slice(0, 100)}`;
  const media = type.split(';')[0]!.trim();
  const schema = content[media]?.schema;
  if (schema === undefined) return `is ${media}, and not ${types.join(', ')}`;
  if (!/[/+]json$/.test(media)) return null;
  const complaint = contract.complaint(schema, JSON.parse(text));
  return complaint && `is not as its schema says: ${complaint}: ${text.slice(0, 200)}`;
}

interface Count {
  requests: number;
  done: number;
  refused: number;
  /** The last answer to a good request, for a person who examines a failure. */
  last: string;
}

/** Answers by operation. */
export class Tally {
  private readonly counts = new Map<string, Count>();

  constructor(operationIds: readonly string[]) {
    for (const id of operationIds) this.counts.set(id, { requests: 0, done: 0, refused: 0, last: '' });
  }

  count({ operation, kind }: DrawnRequest, { status, text }: Seen): void {
    const count = this.counts.get(operation.id)!;
    if (kind === 'good') count.last = `${status} ${text.slice(0, 300)}`;
    count.requests++;
    if (status >= 200 && status < 300) count.done++;
    if (status >= 400 && status < 500) count.refused++;
  }

  /** Operations that were never done, or never rejected. */
  untested(neverRefused: readonly string[]): string[] {
    return [...this.counts].flatMap(([id, { done, refused, last }]) => [
      ...(done === 0 ? [`${id} was never done: ${last}`] : []),
      ...(refused === 0 && !neverRefused.includes(id) ? [`${id} was never refused`] : []),
    ]);
  }

  table(): string {
    const lines = [...this.counts].map(([id, { requests, done, refused }]) =>
      [requests, done, refused]
        .map((n) => String(n).padStart(8))
        .join('')
        .concat(`  ${id}`),
    );
    return ['requests     2xx     4xx  operation', ...lines].join('\n');
  }
}
