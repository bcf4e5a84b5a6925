/** A part of a regular expression, as far as ours use them. */
type Node =
  | { readonly kind: 'one'; readonly source: string; readonly accepts: (character: string) => boolean }
  | { readonly kind: 'all'; readonly parts: readonly Node[] }
  | { readonly kind: 'either'; readonly parts: readonly Node[] }
  | {
      readonly kind: 'repeat';
      readonly part: Node;
      readonly least: number;
      readonly most: number;
      readonly isLazy: boolean;
    }
  | { readonly kind: 'look'; readonly part: Node; readonly isBehind: boolean; readonly isNegative: boolean }
  | { readonly kind: 'edge'; readonly mark: string };

const BUDGET = 3_000_000;

/** A regular expression, tried as an engine tries it that goes back: every attempt of every part is a step. */
export class StepwisePattern {
  private readonly root: Node;
  private at = 0;
  private steps = 0;
  private text = '';

  constructor(
    private readonly source: string,
    private readonly flags: string,
  ) {
    this.root = this.alternatives();
    if (this.at < source.length) throw new Error(`/${source}/ is not understood at ${this.at}`);
  }

  /** Steps until everything that matches has been found in the text. Beyond three millions it stops. */
  stepsIn(text: string): number {
    this.text = text;
    this.steps = 0;
    for (let from = 0; from <= text.length && this.steps < BUDGET;) {
      let end = -1;
      this.match(this.root, from, (at) => ((end = at), true));
      from = Math.max(end, from + 1);
    }
    return this.steps;
  }

  /** Texts that parts of it accept, each part for itself. */
  samples(): string[] {
    const samples = new Set<string>();
    const walk = (node: Node): void => {
      samples.add(this.sampleOf(node));
      if (node.kind === 'all' || node.kind === 'either') node.parts.forEach(walk);
      if (node.kind === 'all')
        node.parts.forEach((_, n) =>
          samples.add(
            node.parts
              .slice(0, n)
              .map((one) => this.sampleOf(one))
              .join(''),
          ),
        );
      if (node.kind === 'repeat' || node.kind === 'look') walk(node.part);
    };
    walk(this.root);
    samples.delete('');
    return [...samples];
  }

  private sampleOf(node: Node): string {
    switch (node.kind) {
      case 'one':
        return ALPHABET.find((character) => node.accepts(character)) ?? [...node.source][0]!;
      case 'all':
        return node.parts.map((part) => this.sampleOf(part)).join('');
      case 'either':
        return this.sampleOf(node.parts[0]!);
      case 'repeat':
        return this.sampleOf(node.part).repeat(Math.max(1, node.least));
      default:
        return '';
    }
  }

  private match(node: Node, at: number, then: (at: number) => boolean): boolean {
    this.steps += 1;
    if (this.steps > BUDGET) return true;
    switch (node.kind) {
      case 'one':
        return at < this.text.length && node.accepts(this.text[at]!) && then(at + 1);
      case 'all':
        return this.matchAll(node.parts, 0, at, then);
      case 'either':
        return node.parts.some((part) => this.match(part, at, then));
      case 'repeat':
        return this.matchRepeat(node, 0, at, then);
      case 'look':
        return this.looks(node, at) !== node.isNegative && then(at);
      case 'edge':
        return this.isEdge(node.mark, at) && then(at);
    }
  }

  private matchAll(parts: readonly Node[], n: number, at: number, then: (at: number) => boolean): boolean {
    if (n === parts.length) return then(at);
    return this.match(parts[n]!, at, (next) => this.matchAll(parts, n + 1, next, then));
  }

  private matchRepeat(
    node: Node & { kind: 'repeat' },
    times: number,
    at: number,
    then: (at: number) => boolean,
  ): boolean {
    const more = () =>
      times < node.most &&
      this.match(
        node.part,
        at,
        (next) => (next > at || times < node.least) && this.matchRepeat(node, times + 1, next, then),
      );
    if (times < node.least) return more();
    return node.isLazy ? then(at) || more() : more() || then(at);
  }

  private looks({ part, isBehind }: Node & { kind: 'look' }, at: number): boolean {
    if (!isBehind) return this.match(part, at, () => true);
    const [least, most] = widthOf(part);
    for (let from = at - least; from >= Math.max(0, at - most); from--)
      if (this.match(part, from, (end) => end === at)) return true;
    return false;
  }

  private isEdge(mark: string, at: number): boolean {
    const [before, after] = [this.text[at - 1], this.text[at]];
    const isMultiline = this.flags.includes('m');
    if (mark === '^') return at === 0 || (isMultiline && before === '\n');
    if (mark === '$') return at === this.text.length || (isMultiline && after === '\n');
    const isWordEdge = /\w/.test(before ?? ' ') !== /\w/.test(after ?? ' ');
    return (mark === '\\b') === isWordEdge;
  }

  private alternatives(): Node {
    const parts = [this.sequence()];
    while (this.source[this.at] === '|') {
      this.at += 1;
      parts.push(this.sequence());
    }
    return parts.length === 1 ? parts[0]! : { kind: 'either', parts };
  }

  private sequence(): Node {
    const parts: Node[] = [];
    while (this.at < this.source.length && !'|)'.includes(this.source[this.at]!))
      parts.push(this.quantified(this.atom()));
    return { kind: 'all', parts };
  }

  private quantified(part: Node): Node {
    const [text, mark, least, comma, most] = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})/.exec(this.source.slice(this.at)) ?? [];
    if (text === undefined) return part;
    this.at += text.length;
    const isLazy = this.source[this.at] === '?';
    if (isLazy) this.at += 1;
    if (mark !== undefined)
      return { kind: 'repeat', part, least: mark === '+' ? 1 : 0, most: mark === '?' ? 1 : Infinity, isLazy };
    const end = comma === '' ? Number(least) : most === '' ? Infinity : Number(most);
    return { kind: 'repeat', part, least: Number(least), most: end, isLazy };
  }

  private atom(): Node {
    const rest = this.source.slice(this.at);
    const [group] = /^\((\?(:|=|!|<=|<!|<\w+>))?/.exec(rest) ?? [];
    if (group !== undefined) return this.group(group);
    const [edge] = /^(\^|\$|\\[bB])/.exec(rest) ?? [];
    if (edge !== undefined) {
      this.at += edge.length;
      return { kind: 'edge', mark: edge };
    }
    const [one = rest[0]!] =
      /^(\[(\\.|[^\]\\])*\]|\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\u[\da-f]{4}|\\x[\da-f]{2}|\\.|.)/is.exec(rest) ?? [];
    this.at += one.length;
    const whole = new RegExp(`^${one}$`, this.flags.replaceAll(/[gmy]/g, ''));
    return { kind: 'one', source: one, accepts: (character) => whole.test(character) };
  }

  private group(opening: string): Node {
    this.at += opening.length;
    const part = this.alternatives();
    if (this.source[this.at] !== ')') throw new Error(`/${this.source}/ is not understood`);
    this.at += 1;
    if (!/[=!]$/.test(opening)) return part;
    return { kind: 'look', part, isBehind: opening.includes('<'), isNegative: opening.endsWith('!') };
  }
}

const ALPHABET = [...'a1 Aé-@./:=+"\'{}[]()<>,;|#*!?_\\\n\t\r\u001b\u0000\u0301\u200b漢'];

function widthOf(node: Node): [least: number, most: number] {
  const sum = (widths: [number, number][]): [number, number] =>
    widths.reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
  switch (node.kind) {
    case 'one':
      return [1, 1];
    case 'all':
      return sum(node.parts.map(widthOf));
    case 'either': {
      const widths = node.parts.map(widthOf);
      return [Math.min(...widths.map(([least]) => least)), Math.max(...widths.map(([, most]) => most))];
    }
    case 'repeat': {
      const [least, most] = widthOf(node.part);
      return [least * node.least, most * node.most];
    }
    default:
      return [0, 0];
  }
}
