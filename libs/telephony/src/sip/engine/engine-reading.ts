/** Row of `listcalls`. */
export interface ListedCall {
  readonly lineNumber: number;
  readonly state: string;
  readonly talkedSeconds: number;
  readonly target: string;
}

const LISTED = /\[line (\d+)\]\s+(\d{1,4}):(\d\d?):(\d\d?)\s+(\w+)\s+(?:\(on hold\)\s+)?(\S+)/g;

export function readListedCalls(data: string): ListedCall[] {
  return [...data.matchAll(LISTED)].map(([, lineNumber, hours, minutes, seconds, state = '', target = '']) => ({
    lineNumber: Number(lineNumber),
    state,
    talkedSeconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
    target,
  }));
}

/** Reads the version from the box of `about`, which contains colour codes. */
export function readVersion(data: string): string | null {
  return /bare.{0,40}sip\S{0,40}\s{1,40}v?(\d{1,6}\.\d{1,6}\.\d{1,6})/.exec(data)?.[1] ?? null;
}

/** Reads the addresses in `reginfo`. */
export function readAccounts(data: string): string[] {
  return [...data.matchAll(/^[> ] (sip:\S+)/gm)].flatMap(([, account]) => account ?? []);
}

/**
 * Reads the Call-ID in `callstat`, which describes the call that was dialed last.
 * @returns null if that is another call.
 */
export function readCallId(data: string, target: string): string | null {
  const peer = /<([^<>]*)>[^<>]*$/.exec(peerRow(data))?.[1];
  return peer === target ? (/ id=(\S+)/.exec(data)?.[1] ?? null) : null;
}

const LONGEST_LINE = 1_000;

/** Returns the row of the peer, cut at a limit. The other side chooses its address, which may have any length. */
function peerRow(data: string): string {
  const at = data.indexOf('peer_uri:');
  return at < 0 ? '' : (data.slice(at, at + LONGEST_LINE).split('\n', 1)[0] ?? '');
}
