import type { Operation, Parameter } from '../../security/operations.js';
import type { Contract } from './contract.js';
import type { Means, Stage } from './stage.js';
import { STRANGE_ADDRESSES, STRANGE_CURSORS, STRANGE_ESCAPES, STRANGE_TEXTS, STRANGE_TIMES } from './strange-values.js';
import type { Values } from './values.js';

/**
 * `good`: as the document wants it. `bad`: with one thing that the document forbids, so that it must not be done.
 * `strange`: with one thing that the document allows, and that may be refused.
 */
export type Kind = 'good' | 'bad' | 'strange';

export interface DrawnRequest {
  readonly operation: Operation;
  readonly kind: Kind;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Description of the change, for a person who examines a failure. */
  readonly twist: string;
}

export interface Draft {
  ids: Record<string, string>;
  query: Record<string, string>;
  body: Record<string, unknown> | null;
  token: string | null;
  /** Sent as it is instead of `body`. */
  rawBody?: string;
}

export class Drawer {
  constructor(
    private readonly contract: Contract,
    private readonly values: Values,
    private readonly stage: Stage,
  ) {}

  async draw(operation: Operation, kind: Kind): Promise<DrawnRequest> {
    const draft = this.goodDraft(operation, await this.stage.means(operation.id));
    const twist =
      kind === 'good' ? '' : kind === 'bad' ? this.spoil(operation, draft) : this.estrange(operation, draft);
    return { operation, kind: twist === NOTHING ? 'good' : kind, twist, ...this.written(operation, draft) };
  }

  private goodDraft(operation: Operation, means: Means): Draft {
    const schema = this.contract.bodySchema(operation);
    const query = operation.queryParameters
      .filter(({ name, required }) => required || (name !== 'cursor' && this.values.chance(0.3)))
      .map(({ name, schema: one }) => [name, this.values.good(one, name)] as const)
      .filter(([, value]) => value !== null);
    return {
      ids: { ...this.stage.ids, ...means.ids },
      query: Object.fromEntries(query.map(([name, value]) => [name, encodeURIComponent(String(value))])),
      body: schema && { ...this.values.object(schema), ...means.body },
      token: operation.isPublic ? null : (means.token ?? this.stage.token),
    };
  }

  /** Breaks one thing. An operation that takes nothing can only be asked for without a token. */
  private spoil(operation: Operation, draft: Draft): string {
    const schema = this.contract.bodySchema(operation);
    const ways = [
      ...(operation.pathParameters.some(isId) ? [() => this.spoilId(operation, draft)] : []),
      ...operation.queryParameters.map((one) => () => this.spoilQuery(one, draft)),
      ...(schema ? Array.from({ length: 6 }, () => () => this.spoilBody(schema, draft)) : []),
    ];
    for (let tries = 0; tries < 20 && ways.length > 0; tries++) {
      const twist = this.values.pick(ways)();
      if (twist !== null) return twist;
    }
    if (operation.isPublic) return NOTHING;
    draft.token = this.values.pick([null, 'nonsense', `${this.stage.token}x`]);
    return 'another token';
  }

  private spoilId({ pathParameters }: Operation, draft: Draft): string {
    const name = this.values.pick(pathParameters.filter(isId));
    draft.ids[name] = this.values.pick(['x', '0', '-1', `${crypto.randomUUID()}x`, 'null', '😀']);
    return `${name} is no id`;
  }

  private spoilQuery({ name, schema }: Parameter, draft: Draft): string | null {
    const value = this.values.bad(schema);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (value === undefined || value === null || typeof value === 'object') return null;
    if (isTextAllowed(this.contract, schema, text)) return null;
    draft.query[name] = encodeURIComponent(text);
    return `${name}=${text.slice(0, 80)}`;
  }

  private spoilBody(schema: object, draft: Draft): string | null {
    const { properties = {} } = this.contract.resolved(schema);
    const [name, field] = this.values.pick(Object.entries(properties));
    const value = this.values.bad(field);
    if (value === undefined) return null;
    const body = { ...draft.body, [name]: value };
    if (this.contract.complaint(schema, body) === null) return null;
    draft.body = body;
    return `${name}: ${JSON.stringify(value)?.slice(0, 80)}`;
  }

  private estrange(operation: Operation, draft: Draft): string {
    const ways = this.strangeWays(operation);
    if (ways.length === 0) return 'addresses';
    const { twist, change } = this.values.pick(this.values.pick(ways));
    change(draft);
    return twist;
  }

  /** Every strange value of every parameter and field, one at a time. */
  async *strangeRequests(operation: Operation): AsyncGenerator<DrawnRequest> {
    for (const { twist, change } of this.strangeWays(operation).flat()) {
      const draft = this.goodDraft(operation, {});
      change(draft);
      yield { operation, kind: 'strange', twist, ...this.written(operation, draft) };
    }
  }

  /** Changes of one parameter or field each, by that parameter or field. */
  private strangeWays(operation: Operation): Change[][] {
    const schema = this.contract.bodySchema(operation);
    const fields = Object.entries(schema ? (this.contract.resolved(schema).properties ?? {}) : {});
    return [
      ...operation.pathParameters.map(strangeIds),
      ...operation.queryParameters.map(strangeQueries),
      ...fields.map(([name, field]) => this.strangeFields(name, field)),
      ...(operation.acceptsFile ? [STRANGE_FILES] : []),
    ];
  }

  private strangeFields(name: string, field: object): Change[] {
    return this.values.strange(field).map((value) => ({
      twist: `${name}: ${JSON.stringify(value)?.slice(0, 80)}`,
      change: (draft) => (draft.body = { ...draft.body, [name]: value }),
    }));
  }

  private written(operation: Operation, draft: Draft): Pick<DrawnRequest, 'path' | 'headers' | 'body'> {
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(draft.ids[name] ?? name));
    const query = Object.entries(draft.query).map(([name, value]) => `${name}=${value}`);
    const body = draft.body === null ? undefined : JSON.stringify(draft.body);
    return {
      path: query.length === 0 ? path : `${path}?${query.join('&')}`,
      headers: {
        ...(this.values.chance(0.3) ? { 'x-forwarded-for': this.values.pick(STRANGE_ADDRESSES) } : {}),
        ...(draft.token === null ? {} : { authorization: `Bearer ${draft.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(operation.acceptsFile ? { 'content-type': 'text/csv' } : {}),
      },
      body: operation.acceptsFile ? (draft.rawBody ?? 'phone_number\n+442079460998\n') : body,
    };
  }
}

/** A longer part of a path leads nowhere. */
const SHORT_TEXTS = STRANGE_TEXTS.filter((text) => text.isWellFormed() && encodeURIComponent(text).length < 100);

/** Twist of a request to an operation that leaves nothing to get wrong. */
const NOTHING = 'nothing';

interface Change {
  readonly twist: string;
  readonly change: (draft: Draft) => unknown;
}

function strangeIds(name: string): Change[] {
  return [crypto.randomUUID(), ...(isId(name) ? [] : SHORT_TEXTS)].map((id) => ({
    twist: `${name} ${id}`,
    change: (draft) => (draft.ids[name] = id),
  }));
}

function strangeQueries({ name, schema }: Parameter): Change[] {
  const times = JSON.stringify(schema).includes('date-time') ? STRANGE_TIMES.map(encodeURIComponent) : [];
  const escapes = [...times, ...(name === 'cursor' ? STRANGE_CURSORS : []), ...STRANGE_ESCAPES];
  return escapes.map((escape) => ({
    twist: `${name}=${escape}`,
    change: (draft) => (draft.query[name] = escape),
  }));
}

const STRANGE_FILES: Change[] = ['', '\n', 'phone_number', '\0', 'phone_number\n"\n', '\uFEFF', 'a,a\n1\n'].map(
  (text) => ({
    twist: `file ${JSON.stringify(text)}`,
    change: (draft) => (draft.rawBody = text),
  }),
);

function isId(name: string): boolean {
  return name.endsWith('_id');
}

/** A query has texts alone: what is written as a number is one. */
function isTextAllowed(contract: Contract, schema: object, text: string): boolean {
  return [text, ...(/^-?\d+$/.test(text) ? [Number(text)] : [])].some(
    (one) => contract.complaint(schema, one) === null,
  );
}
