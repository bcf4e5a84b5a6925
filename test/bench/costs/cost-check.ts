import { StartError } from '../../../apps/local/src/processes/start-error.js';
import type { Figures } from './figures.js';

/** Highest cost that passes, as a multiple of the kept one. */
export const TOLERANCE = 1.1;

/** Keeps the limit itself from failing because 1.1 is no binary number. */
const ROUNDING = 1e-9;

/** Content of the file of kept costs. */
export interface KeptCosts {
  /** Commit that the figures were last written on; single ones may be older and lower. */
  readonly measured_on: string;
  readonly figures: Figures;
  /** Each time that kept figures rose, with the reason that was given. */
  readonly allowances: readonly Allowance[];
}

export interface Allowance {
  readonly reason: string;
  readonly measured_on: string;
  readonly raised: Readonly<Record<string, { readonly from: number; readonly to: number }>>;
}

export type CheckVerdict = 'ok' | 'too high' | 'not kept' | 'not measured';

export interface CheckedFigure {
  readonly figure: string;
  readonly kept: number | null;
  readonly now: number | null;
  /** Change in percent of the kept figure; null if one of both is missing or 0 is kept. */
  readonly change: number | null;
  readonly verdict: CheckVerdict;
}

/** Compares each figure that is kept or measured. */
export function checkCosts(kept: Figures, now: Figures): CheckedFigure[] {
  return [...new Set([...Object.keys(kept), ...Object.keys(now)])].map((figure) =>
    checkFigure(figure, kept[figure] ?? null, now[figure] ?? null),
  );
}

function checkFigure(figure: string, kept: number | null, measured: number | null): CheckedFigure {
  const now = Number.isNaN(measured) ? null : measured;
  const change = kept === null || now === null || kept === 0 ? null : (100 * (now - kept)) / kept;
  return { figure, kept, now, change, verdict: verdictOn(kept, now) };
}

function verdictOn(kept: number | null, now: number | null): CheckVerdict {
  if (now === null) return 'not measured';
  if (kept === null) return 'not kept';
  return now <= kept * TOLERANCE * (1 + ROUNDING) ? 'ok' : 'too high';
}

/** Returns a sentence for each kind of failure; none when the check has passed. */
export function complaintsOf(checked: readonly CheckedFigure[]): string[] {
  const named = (verdict: CheckVerdict) => checked.filter((one) => one.verdict === verdict).map(({ figure }) => figure);
  return Object.entries(COMPLAINTS).flatMap(([verdict, complaint]) => {
    const figures = named(verdict as CheckVerdict);
    return figures.length === 0 ? [] : [`Cost check failed: ${figures.join(', ')}: ${complaint}`];
  });
}

const KEEP = 'npm run bench -- --quick --only costs --keep-costs';

const COMPLAINTS: Readonly<Record<Exclude<CheckVerdict, 'ok'>, string>> = {
  'too high':
    'more than 10 % above the kept cost. Lower it. If the rise is wanted, keep it in a commit of its own: ' +
    `${KEEP} --allowance "reason".`,
  'not kept': `no cost is kept for it. Keep it with ${KEEP}.`,
  'not measured': `a cost is kept for it, but it was not measured. If it is gone for good, drop it with ${KEEP}.`,
};

export interface Keeping {
  readonly measuredOn: string;
  readonly allowance: string | null;
}

/**
 * Returns what is kept from now on: new figures, and the lower one of each that was kept. Only an allowance raises
 * figures that are too high. A rise within the tolerance raises none, so that small rises cannot add up.
 * @throws StartError when a figure would rise without an allowance, or was not measured at all.
 */
export function keepCosts(kept: KeptCosts | null, now: Figures, { measuredOn, allowance }: Keeping): KeptCosts {
  const before = kept ?? { measured_on: measuredOn, figures: {}, allowances: [] };
  requireMeasured(now);
  const tooHigh = checkCosts(before.figures, now).filter(({ verdict }) => verdict === 'too high');
  if (tooHigh.length > 0 && allowance === null) throw new StartError(whyNothingIsKept(tooHigh));
  const raised = new Set(tooHigh.map(({ figure }) => figure));
  const figures = Object.entries(now).map(([figure, value]) => {
    const old = before.figures[figure];
    return [figure, old === undefined || raised.has(figure) ? value : Math.min(old, value)];
  });
  return {
    measured_on: measuredOn,
    figures: Object.fromEntries(figures) as Figures,
    allowances: [...before.allowances, ...allowancesFor(tooHigh, { measuredOn, allowance })],
  };
}

function requireMeasured(now: Figures): void {
  const missing = Object.keys(now).filter((figure) => Number.isNaN(now[figure]));
  if (missing.length > 0) throw new StartError(`Nothing was kept: ${missing.join(', ')} could not be measured.`);
}

function whyNothingIsKept(tooHigh: readonly CheckedFigure[]): string {
  const rises = tooHigh.map(({ figure, kept, now }) => `${figure} from ${kept} to ${now}`);
  return (
    `Nothing was kept: ${rises.join(', ')} would rise by more than 10 %. ` +
    'Give the reason with --allowance "reason", and name it in a commit of its own.'
  );
}

function allowancesFor(tooHigh: readonly CheckedFigure[], { measuredOn, allowance }: Keeping): Allowance[] {
  if (tooHigh.length === 0 || allowance === null) return [];
  const raised = tooHigh.map(({ figure, kept, now }) => [figure, { from: kept, to: now }]);
  return [{ reason: allowance, measured_on: measuredOn, raised: Object.fromEntries(raised) as Allowance['raised'] }];
}
