import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { linesOf, readSuppression } from '#dialer/restore/suppression-entries.js';
import { isUrl } from '#dialer/restore/suppression-sink.js';
import { SuppressionCollector, type SuppressionState } from '#dialer/restore/suppression-state.js';
import type { ReplayReport } from '#dialer/restore/suppression-replay.js';
import { messageOf } from '../processes/start-error.js';
import { done, refused, UsageError, YES, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsContext } from './ops-context.js';

const READ_TIMEOUT_MS = 600_000;

export const REPLAY_SUPPRESSIONS: OpsCommand = {
  name: 'replay-suppressions',
  usage: '[--from file] [--yes]',
  summary: 'Puts back the opt-outs, do-not-call changes and erasures of SUPPRESSION_LOG that a restored backup lacks.',
  options: { ...YES, from: { type: 'string' } },
  prepare({ positionals, flags, values }) {
    if (positionals.length > 0) throw new UsageError(`Say --from ${positionals[0]}.`);
    return (context) => replay(context, values['from'] ?? null, flags.has('yes'));
  },
};

async function replay(context: OpsContext, from: string | null, isMeant: boolean): Promise<OpsReport> {
  const source = from ?? context.suppressionLog;
  if (source === null) return refused('Say --from file: SUPPRESSION_LOG is not set.');
  if (context.suppressionReplay === null)
    return refused(
      'AUTH_SECRET (or PERSON_HASH_KEY) is not set: set the one of the api, which people are hashed with.',
    );
  const state = await read(source).catch(messageOf);
  if (typeof state === 'string') return refused(`${source} cannot be read: ${state}`);
  const report = await context.suppressionReplay.replay(state, isMeant);
  const lines = [describe(state, report, isMeant), ...doubts(state, report)];
  if (report.in_call > 0) return refused(...lines);
  return done(...lines, ...(isMeant ? [] : ['Nothing is changed; add --yes to do it.']));
}

async function read(source: string): Promise<SuppressionState> {
  const collector = new SuppressionCollector();
  for await (const line of linesOf(await open(source))) {
    if (line?.trim() === '') continue;
    collector.add(line === null ? null : readSuppression(line));
  }
  return collector.state;
}

async function open(source: string): Promise<AsyncIterable<Uint8Array>> {
  if (!isUrl(source)) {
    await access(source);
    return createReadStream(source);
  }
  const answer = await fetch(source, { signal: AbortSignal.timeout(READ_TIMEOUT_MS) });
  if (answer.ok && answer.body) return answer.body;
  throw new Error(`it answers ${answer.status}; save its lines to a file, and say --from file`);
}

function describe({ lines }: SuppressionState, report: ReplayReport, isMeant: boolean): string {
  const verb = isMeant ? '' : 'would be ';
  return (
    `${lines} lines: ${report.listed} numbers ${verb}listed, ${report.removed} ${verb}removed from the list, ` +
    `${report.consents_revoked} consents ${verb}revoked, ${report.erased} people ${verb}erased; ` +
    `${report.unchanged} stand as they are.`
  );
}

function doubts({ unreadable }: SuppressionState, { of_unknown_tenants, in_call }: ReplayReport): string[] {
  return [
    ...(unreadable > 0 ? [`${unreadable} lines are not ours, or torn, and were passed over.`] : []),
    ...(of_unknown_tenants > 0 ? [`${of_unknown_tenants} are of tenants that the backup does not have.`] : []),
    ...(in_call > 0
      ? [`${in_call} people are in a call and could not be erased: run this again once it has ended.`]
      : []),
  ];
}
