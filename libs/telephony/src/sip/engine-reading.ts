/** A line of `listcalls`. */
export interface ListedCall {
  readonly line: number;
  readonly state: string;
  readonly talkedSeconds: number;
  readonly target: string;
}

const LISTED = /\[line (\d+)\]\s+(\d+):(\d+):(\d+)\s+(\w+)\s+(?:\(on hold\)\s+)?(\S+)/g;

export function readListedCalls(data: string): ListedCall[] {
  return [...data.matchAll(LISTED)].map(([, line, hours, minutes, seconds, state = '', target = '']) => ({
    line: Number(line),
    state,
    talkedSeconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
    target,
  }));
}

/** In the box of `about`, between colours. */
export function readVersion(data: string): string | null {
  return /bare.*sip\S*\s+v?(\d+\.\d+\.\d+)/.exec(data)?.[1] ?? null;
}

/** The addresses in `reginfo`. */
export function readAccounts(data: string): string[] {
  return [...data.matchAll(/^[> ] (sip:\S+)/gm)].flatMap(([, account]) => account ?? []);
}

/** The Call-ID in `callstat`, which tells of the call that was dialed last; null when that is another one. */
export function readCallId(data: string, target: string): string | null {
  const peer = /peer_uri:.*<([^>]*)>/.exec(data)?.[1];
  return peer === target ? (/ id=(\S+)/.exec(data)?.[1] ?? null) : null;
}
