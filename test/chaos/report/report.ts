import { FAILPOINT_ACTIONS } from '#config/failpoints.js';
import { GATE_NAMES } from '#rules/gate/gate.js';
import { hitTable, type HitCounts } from '../failpoints/failpoint-schedule.js';
import { FAULT_TITLES, FAULTS_LEFT_OUT, type FaultId } from '../faults/catalogue.js';
import type { Evidence } from '../judge/evidence.js';
import { groupBy } from '#rules/values/group-by.js';
import type { ChangeKind } from '../load/changes.js';
import { acceptedButLost } from '../judge/lead-checks.js';
import type { Recovery } from '../judge/recovery.js';
import type { Verdict } from '../judge/verdict.js';
import type { Death } from '../plant/app-process.js';
import { textTable } from './table.js';

export interface RunResult {
  readonly evidence: Evidence;
  readonly verdicts: readonly Verdict[];
  readonly recoveries: readonly Recovery[];
  readonly hits: HitCounts;
  readonly deaths: readonly Death[];
}

export function reportText(result: RunResult, faults: readonly FaultId[]): string {
  return [
    loadText(result.evidence),
    changesText(result.evidence),
    recoveryTable(result.recoveries),
    ...(faults.includes('F3') ? [failpointTable(result.hits)] : []),
    lostText(result.evidence),
    deathText(result.deaths),
    legend(faults),
    failuresText(result.evidence),
    verdictTable(result.verdicts),
    findingsText(result.verdicts),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Faults that this machine cannot make have tested nothing, which must be seen. */
function failuresText({ faults }: Evidence): string {
  const failed = faults.flatMap(({ id, name, failure }) => (failure === null ? [] : [`${id} ${name}: ${failure}`]));
  if (failed.length === 0) return '';
  return ['Faults that could not be made:', ...[...new Set(failed)].map((line) => `  - ${line}`)].join('\n');
}

/** The table of verdicts, and what was found. */
export function verdictsText(verdicts: readonly Verdict[]): string {
  return [verdictTable(verdicts), findingsText(verdicts)].filter(Boolean).join('\n\n');
}

function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ check, findings, judged }) => [
    check,
    String(findings.length),
    judged === null ? '' : `of ${judged}`,
    findings.length > 0 ? '✗' : judged === 0 ? 'nothing to judge' : '',
  ]);
  return textTable(['must be zero', 'found', 'judged', ''], rows);
}

const SHOWN = 8;

function findingsText(verdicts: readonly Verdict[]): string {
  return verdicts
    .filter(({ findings }) => findings.length > 0)
    .map(({ check, findings }) => {
      const shown = findings.slice(0, SHOWN).map(({ what }) => `  - ${what}`);
      const rest = findings.length > SHOWN ? [`  … and ${findings.length - SHOWN} more`] : [];
      return [`${check}:`, ...shown, ...rest].join('\n');
    })
    .join('\n');
}

function recoveryTable(recoveries: readonly Recovery[]): string {
  const seconds = (ms: number | null) => (ms === null ? '' : (ms / 1000).toFixed(1));
  const slow = ({ above10s, above10sWhileFrozen }: Recovery) =>
    above10s === 0 ? '0' : `${above10s} (${above10sWhileFrozen} beside a frozen process)`;
  const rows = recoveries.map((recovery) => [
    `${recovery.id} ${recovery.name}`,
    String(recovery.times),
    String(recovery.measured),
    seconds(recovery.p95Ms),
    seconds(recovery.maxMs),
    slow(recovery),
  ]);
  return textTable(['fault', 'times', 'with backlog', 'dials again: p95 s', 'max s', 'above 10 s'], rows);
}

function failpointTable(hits: HitCounts): string {
  const rows = hitTable(hits).map(({ name, hits }) => [
    name,
    ...FAILPOINT_ACTIONS.map((action) => String(hits[action])),
  ]);
  return textTable(['failpoint', ...FAILPOINT_ACTIONS], rows);
}

function loadText({ carrier, leads, calls, acknowledgedContacts, acknowledgedCommands, requests }: Evidence): string {
  const verdicts = groupBy(carrier.creates, ({ verdict }) => verdict);
  const acknowledged = [...acknowledgedContacts.values()].reduce((sum, numbers) => sum + numbers.size, 0);
  const answers = groupBy(requests, ({ status }) => status ?? 'no answer');
  const slowest = requests.reduce((most, { startedAt, endedAt }) => Math.max(most, endedAt - startedAt), 0);
  return [
    `leads: ${leads.length} (${acknowledged} acknowledged); attempts: ${calls.length}`,
    `create requests at the carrier: ${counts(verdicts)}`,
    `commands acknowledged: ${counts(groupBy(acknowledgedCommands, ({ command }) => command))}`,
    `API requests: ${counts(answers)}; the slowest took ${(slowest / 1000).toFixed(1)} s`,
  ].join('\n');
}

/**
 * Lists the changes to who may be called that arrived. Tells how often one stopped an attempt between its claim and its
 * commit.
 */
function changesText({ changes, dncChanges, jobs }: Evidence): string {
  const acknowledged = changes.filter(({ isAcknowledged }) => isAcknowledged);
  const opted = dncChanges.filter(({ source }) => source === 'opt_out').length;
  const declined = jobs.filter(({ reason }) => GATE_NAMES.some((gate) => gate === reason));
  return [
    `changes acknowledged: ${counts(groupBy(acknowledged, ({ change }) => CHANGE_TITLES[change.kind]))}; ` +
      `${opted} opt-outs in all, those in calls included`,
    `attempts taken back at their commit: ${counts(groupBy(declined, ({ reason }) => reason)) || 'none'}`,
  ].join('\n');
}

const CHANGE_TITLES: Readonly<Record<ChangeKind, string>> = {
  listed: 'do-not-call entries',
  unlisted: 'of them removed',
  opted_out: 'opt-outs',
  consent: 'consents',
  campaign_terms: 'campaign edits',
  tenant_terms: 'tenant edits',
};

function counts(groups: ReadonlyMap<unknown, readonly unknown[]>): string {
  return [...groups].map(([name, group]) => `${group.length} ${String(name)}`).join(', ');
}

function lostText(evidence: Evidence): string {
  const lost = acceptedButLost(evidence);
  if (lost.length === 0) return '';
  const rows = [...groupBy(lost, ({ end_reason, answer }) => `${end_reason ?? ''} / ${answer}`)];
  return textTable(
    ['taken by the carrier, given up as lost: reason / answer', 'calls'],
    rows.map(([reason, group]) => [reason, String(group.length)]),
  );
}

function deathText(deaths: readonly Death[]): string {
  if (deaths.length === 0) return '';
  const rows = [...groupBy(deaths, ({ name, exitCode }) => `${name} with exit code ${exitCode ?? 'none'}`)];
  return textTable(
    ['ended by itself', 'times', 'longest life s'],
    rows.map(([name, group]) => [
      name,
      String(group.length),
      (Math.max(...group.map(({ livedMs }) => livedMs)) / 1000).toFixed(1),
    ]),
  );
}

function legend(faults: readonly FaultId[]): string {
  const made = faults.map((id) => `${id} ${FAULT_TITLES[id]}`);
  const out = Object.entries(FAULTS_LEFT_OUT).map(([id, reason]) => `${id} (${reason})`);
  return `Faults: ${made.join(' · ')}\nNot part of this: ${out.join(' · ')}`;
}
