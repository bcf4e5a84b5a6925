/** A line of `listcalls`. */
export interface ListedCall {
  readonly line: number;
  readonly state: string;
  readonly talkedSeconds: number;
  readonly target: string;
}

const LISTED = /\[line (\d+)\]\s+(\d{1,4}):(\d\d?):(\d\d?)\s+(\w+)\s+(?:\(on hold\)\s+)?(\S+)/g;

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
  return /bare.{0,40}sip\S{0,40}\s{1,40}v?(\d{1,6}\.\d{1,6}\.\d{1,6})/.exec(data)?.[1] ?? null;
}

/** The addresses in `reginfo`. */
export function readAccounts(data: string): string[] {
  return [...data.matchAll(/^[> ] (sip:\S+)/gm)].flatMap(([, account]) => account ?? []);
}

/** The Call-ID in `callstat`, which tells of the call that was dialed last; null when that is another one. */
export function readCallId(data: string, target: string): string | null {
  const peer = /<([^<>]*)>[^<>]*$/.exec(lineOfPeer(data))?.[1];
  return peer === target ? (/ id=(\S+)/.exec(data)?.[1] ?? null) : null;
}

const LONGEST_LINE = 1_000;

/** The other side chooses its address: no more of it is looked at than an address may have. */
function lineOfPeer(data: string): string {
  const at = data.indexOf('peer_uri:');
  return at < 0 ? '' : (data.slice(at, at + LONGEST_LINE).split('\n', 1)[0] ?? '');
}
