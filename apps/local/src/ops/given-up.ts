import { givenUpWork, retryGivenUpWork, type GivenUpWork } from '#database/statements/engine/sweep/work-tries.js';
import { textTable } from '../demo/text-table.js';
import { done, refused, UsageError, YES, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsDesk } from './ops-context.js';

const HEAD = ['given up', 'what', 'id', 'tries', 'last begun'];
const MOST = 100;

export const GIVEN_UP: OpsCommand = {
  name: 'given-up',
  usage: '[id] [--json] [--yes]',
  summary: 'Shows work that killed or froze every process that began it; with an id and --yes workers try it again.',
  options: { json: { type: 'boolean' }, ...YES },
  prepare({ positionals, flags }) {
    const [id, ...more] = positionals;
    if (more.length > 0) throw new UsageError(`One id at a time: "${more.join(' ')}" is too much.`);
    if (id === undefined) return (desk) => list(desk, flags.has('json'));
    return (desk) => retry(desk, id, flags.has('yes'));
  },
};

async function list({ database }: OpsDesk, isJson: boolean): Promise<OpsReport> {
  const work = await givenUpWork(database, MOST);
  if (isJson) return done(JSON.stringify(work, null, 2));
  if (work.length === 0) return done('No work was given up.');
  return done(textTable(HEAD, work.map(toRow), { hasTotals: false }));
}

async function retry({ database }: OpsDesk, id: string, isMeant: boolean): Promise<OpsReport> {
  const work = (await givenUpWork(database, MOST)).filter(({ subject }) => subject === id);
  const kinds = work.map(({ kind }) => kind).join(', ');
  if (work.length === 0) return refused(`Nothing of "${id}" was given up.`);
  if (!isMeant) return done(`Workers would try ${kinds} of ${id} again: --yes lets them.`);
  await retryGivenUpWork(database, id);
  return done(`Workers try ${kinds} of ${id} again, where it is still to be done.`);
}

function toRow({ given_up_at, kind, subject, tries, begun_at }: GivenUpWork): string[] {
  return [toSecond(given_up_at), kind, subject, String(tries), toSecond(begun_at)];
}

function toSecond(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
