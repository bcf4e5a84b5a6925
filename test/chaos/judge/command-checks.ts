import type { Acknowledged } from '../load/campaign.js';
import type { ApiRequest } from '../load/api-caller.js';
import type { Freeze } from '../failpoints/thawer.js';
import type { FaultRecord } from '../faults/catalogue.js';
import type { Evidence, Finding, StatusChange } from './evidence.js';
import { groupBy } from '#rules/values/group-by.js';

/** Placements that were committed after a pause or stop had answered and before anything let the campaign run again. */
export function commitsAfterPause({ acknowledgedCommands, placements, statusChanges }: Evidence): Finding[] {
  const placementsOf = groupBy(placements, ({ campaign_id }) => campaign_id);
  const changesOf = groupBy(statusChanges, ({ campaign_id }) => campaign_id);
  return acknowledgedCommands.filter(isHalt).flatMap(({ campaignId, command, answeredAt }) => {
    const changes = changesOf.get(campaignId) ?? [];
    const halt = changes.findLast(
      ({ became, committed_at }) => became === BECOMES[command] && committed_at <= answeredAt,
    );
    const runsAgainAt = changes.find(
      ({ became, committed_at }) => became === 'running' && committed_at > (halt?.committed_at ?? answeredAt),
    )?.committed_at;
    return (placementsOf.get(campaignId) ?? [])
      .filter(({ committed_at }) => committed_at > answeredAt && committed_at < (runsAgainAt ?? Infinity))
      .map((placement) => ({
        what:
          `dialer job ${placement.dialer_job_id} was committed ${ms(placement.committed_at - answeredAt)} ` +
          `after ${command} of campaign ${campaignId} had answered`,
      }));
  });
}

/** Placements that were committed while their campaign's status, in the order of commits, was not `running`. */
export function commitsWhileHalted({ placements, statusChanges }: Evidence): Finding[] {
  const changesOf = groupBy(statusChanges, ({ campaign_id }) => campaign_id);
  return placements.flatMap((placement) => {
    const status = lastBefore(changesOf.get(placement.campaign_id) ?? [], placement.committed_at)?.became;
    return status === 'running'
      ? []
      : [{ what: `dialer job ${placement.dialer_job_id} was committed while its campaign was ${status ?? 'a draft'}` }];
  });
}

const BECOMES = { start: 'running', resume: 'running', pause: 'paused', stop: 'stopped' } as const;

/** Commands that were answered with 200 and left no trace between the request and the answer. */
export function commandsWithoutEffect({ acknowledgedCommands, statusChanges }: Evidence): Finding[] {
  const changesOf = groupBy(statusChanges, ({ campaign_id }) => campaign_id);
  const hadEffect = ({ campaignId, command, requestedAt, answeredAt }: Acknowledged) =>
    (changesOf.get(campaignId) ?? []).some(
      ({ became, committed_at }) =>
        became === BECOMES[command] && committed_at >= requestedAt && committed_at <= answeredAt + CLOCK_GRAIN_MS,
    );
  return acknowledgedCommands
    .filter((acknowledged) => !hadEffect(acknowledged))
    .map(({ campaignId, command, answeredAt }) => ({
      what:
        `${command} of campaign ${campaignId} was acknowledged at ${new Date(answeredAt).toISOString()} and ` +
        'is not in the database',
    }));
}

/** Date.now() counts whole milliseconds, the database's clock parts of them. */
const CLOCK_GRAIN_MS = 1;

/** Answers that say that something broke, other than an orderly "not now". */
export function brokenAnswers({ requests, throws }: Evidence): Finding[] {
  const wasMadeToFail = ({ startedAt, endedAt }: ApiRequest) =>
    throws.some((at) => at >= startedAt - CLOCK_GRAIN_MS && at <= endedAt + CLOCK_GRAIN_MS);
  return requests
    .filter(({ status, isProblem }) => status !== null && status >= 500 && !(status === 503 && isProblem))
    .filter((request) => !wasMadeToFail(request))
    .map(({ method, route, status, detail }) => ({ what: `${method} ${route} answered ${status}: ${detail}` }));
}

const WITHOUT_REDIS_MS = 2_000;

/**
 * Finds requests that took longer than two seconds while nothing but Redis was away. Time in which a request was made
 * to wait, or the machine stood still, does not count.
 */
export function slowWithoutRedis({ requests, faults, freezes, delays, stalls }: Evidence): Finding[] {
  const redisFaults = faults.filter(({ name }) => name.startsWith('redis '));
  const otherTroubles = [
    ...faults
      .filter(({ name }) => !name.startsWith('redis '))
      .map(({ startedAt, healedAt }) => [startedAt, healedAt + AFTERMATH_MS] as const),
    ...freezes.map(({ startedAt, endedAt }) => [startedAt, endedAt + AFTERMATH_MS] as const),
  ];
  const waits = [...delays, ...stalls];
  const ownMs = (request: ApiRequest) => request.endedAt - request.startedAt - sharedMs(waits, request);
  return requests
    .filter((request) => request.status !== null && ownMs(request) > WITHOUT_REDIS_MS)
    .filter((request) => redisFaults.some((fault) => overlaps(request, [fault.startedAt, fault.healedAt])))
    .filter((request) => !otherTroubles.some((trouble) => overlaps(request, trouble)))
    .map((request) => ({
      what:
        `${request.method} ${request.route} took ${ms(request.endedAt - request.startedAt)} while ` +
        nameAt(redisFaults, request),
    }));
}

/** An API that was killed needs this long to be back. */
const AFTERMATH_MS = 10_000;

/** Returns for how many milliseconds any of the spans lasted within that time. */
function sharedMs(spans: readonly Freeze[], within: Freeze): number {
  let [shared, countedUntil] = [0, within.startedAt];
  for (const { startedAt, endedAt } of spans.toSorted((one, other) => one.startedAt - other.startedAt)) {
    const [from, until] = [Math.max(startedAt, countedUntil), Math.min(endedAt, within.endedAt)];
    if (until <= from) continue;
    shared += until - from;
    countedUntil = until;
  }
  return shared;
}

function overlaps({ startedAt, endedAt }: ApiRequest, [from, until]: readonly [number, number]): boolean {
  return startedAt < until && endedAt > from;
}

function nameAt(faults: readonly FaultRecord[], request: ApiRequest): string {
  return faults.find((fault) => overlaps(request, [fault.startedAt, fault.healedAt]))?.name ?? '';
}

function isHalt({ command }: Acknowledged): boolean {
  return command === 'pause' || command === 'stop';
}

function lastBefore(changes: readonly StatusChange[], at: number): StatusChange | undefined {
  return changes.findLast(({ committed_at }) => committed_at <= at);
}

function ms(milliseconds: number): string {
  return `${Math.round(milliseconds)} ms`;
}
