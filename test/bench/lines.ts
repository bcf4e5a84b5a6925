import type { Section } from './options.js';
import { CALLBACK_CAMPAIGNS, type Sizes } from './sizes.js';

export type Aim = { readonly atLeast: number } | { readonly atMost: number };

/** Line of the table: a figure of Outdial, and what it is compared with. */
export interface Line {
  readonly id: string;
  readonly section: Section;
  readonly what: string;
  readonly against: string;
  readonly unit: string;
  /** Aim for the ratio outdial : against; null if the line is for information only. */
  readonly aim: Aim | null;
  readonly needsRedis?: true;
}

export function linesFor({ leads, fewLeads, importRows, fewImportRows }: Sizes): Line[] {
  const [many, few] = [`${leads.toLocaleString('en')} leads`, `${fewLeads.toLocaleString('en')} leads`];
  return [
    line('start', 'start', [`start a campaign of ${many}`, few, 'ms'], { atMost: 1.5 }),
    line('list-stats', 'lists', [`stats of a campaign of ${many}`, few, 'ms'], { atMost: 2 }),
    line('list-first', 'lists', [`first page of ${many}`, few, 'ms'], { atMost: 2 }),
    line('list-last', 'lists', [`deepest page by cursor of ${many}`, few, 'ms'], { atMost: 2 }),
    line('list-found', 'lists', [`a status that few of ${many} have`, few, 'ms'], null),
    line('import', 'import', [`import of ${importRows.toLocaleString('en')} rows`, 'COPY of them', '/s'], {
      atLeast: 0.35,
    }),
    line(
      'import-memory',
      'import',
      ['memory of the worker, at most', `${fewImportRows.toLocaleString('en')} rows`, 'MB'],
      {
        atMost: 1.5,
      },
    ),
    ...pipelineLines('PostgreSQL', many, 0.35),
    ...pipelineLines('Redis', many, 0.6),
    line('slots-mean', 'slots', ['slots in use, calls of 1 s', 'slots', ''], { atLeast: 0.97 }),
    line('slots-peak', 'slots', ['slots in use, most at once', 'slots', ''], { atMost: 1 }),
    line('slots-on-the-line', 'slots', ['of them with a call placed', 'slots', ''], null),
    line('memory-api', 'memory', [`memory of the api, ${many}`, few, 'MB'], { atMost: 1.2 }),
    line('memory-worker', 'memory', [`memory of the worker, ${many}`, few, 'MB'], { atMost: 1.2 }),
    ...CALLBACK_CAMPAIGNS.flatMap(callbackLines),
  ];
}

function callbackLines(campaigns: number): Line[] {
  const of = campaigns === 1 ? 'callbacks on calls of a campaign' : `callbacks on calls of ${campaigns} campaigns`;
  const rate = line(`callbacks-rate-${campaigns}`, 'callbacks', [`${of}, answered`, 'sent', '/s'], { atLeast: 0.99 });
  const latencies = [50, 95, 99].map((percent) =>
    line(
      `callbacks-p${percent}-${campaigns}`,
      'callbacks',
      [`${of}, p${percent}`, 'turned away as forged', 'ms'],
      null,
    ),
  );
  return [rate, ...latencies];
}

function pipelineLines(backend: 'PostgreSQL' | 'Redis', many: string, limitAim: number): Line[] {
  const name = backend === 'Redis' ? 'redis' : 'postgres';
  const what = `pipeline, queue on ${backend}, ${many}`;
  const lines = [
    line(`limit-${name}`, 'pipeline', [what, 'two commits per call', '/s'], { atLeast: limitAim }),
    line(`bare-${name}`, 'pipeline', [what, 'BullMQ doing nothing', '/s'], { atLeast: 0.3 }),
    line(`plain-${name}`, 'pipeline', [what, 'the plain way', '/s'], { atLeast: 3 }),
  ];
  return backend === 'Redis' ? lines.map((one) => ({ ...one, needsRedis: true })) : lines;
}

function line(id: string, section: Section, [what, against, unit]: [string, string, string], aim: Aim | null): Line {
  return { id, section, what, against, unit, aim };
}
