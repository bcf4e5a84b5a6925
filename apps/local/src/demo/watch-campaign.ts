import { MultiBar, Presets } from 'cli-progress';
import { setTimeout as pause } from 'node:timers/promises';
import type { DemoApi, DemoStats } from './demo-api.js';

const LOOK_EVERY_MS = 250;

/** Interval of the progress lines if the output is no terminal. */
const LINE_EVERY_MS = 5_000;

interface Progress {
  readonly ended: number;
  readonly inCall: number;
  readonly outcomes: string;
}

/**
 * Shows a campaign's progress until `contacts` calls have ended.
 * @returns the most calls that were in progress at once.
 */
export async function watchCampaign(
  api: DemoApi,
  { campaignId, contacts, slots, signal }: { campaignId: string; contacts: number; slots: number; signal: AbortSignal },
): Promise<number> {
  const display = process.stdout.isTTY ? bars(contacts, slots) : lines(contacts, slots);
  let most = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      const progress = readProgress(await api.get<DemoStats>(`/campaigns/${campaignId}/stats`));
      most = Math.max(most, progress.inCall);
      display.show(progress);
      if (progress.ended >= contacts) return most;
      await pause(LOOK_EVERY_MS);
    }
  } finally {
    display.end();
  }
}

const LIVE = ['initiated', 'ringing', 'in_progress'];

function readProgress({ call_status_counts, outcome_counts }: DemoStats): Progress {
  const sum = (isCounted: (status: string) => boolean) =>
    Object.entries(call_status_counts).reduce((total, [status, n]) => total + (isCounted(status) ? (n ?? 0) : 0), 0);
  return {
    ended: sum((status) => !LIVE.includes(status)),
    inCall: sum((status) => LIVE.includes(status)),
    outcomes: Object.entries(outcome_counts)
      .toSorted(([, a], [, b]) => (b ?? 0) - (a ?? 0))
      .map(([outcome, n]) => `${outcome.replaceAll('_', ' ')} ${n}`)
      .join(' · '),
  };
}

interface Display {
  show(progress: Progress): void;
  end(): void;
}

function bars(contacts: number, slots: number): Display {
  const multibar = new MultiBar({ hideCursor: true, barsize: 36, autopadding: true }, Presets.shades_classic);
  const called = multibar.create(
    contacts,
    0,
    {},
    { format: '  called      {bar} {value}/{total}  {duration_formatted}' },
  );
  const line = multibar.create(slots, 0, {}, { format: '  in a call {bar} {value}/{total}' });
  const outcomes = multibar.create(1, 0, { text: '' }, { format: '  {text}' });
  return {
    show: (progress) => {
      called.update(progress.ended);
      line.update(progress.inCall);
      outcomes.update(0, { text: progress.outcomes.slice(0, Math.max(20, (process.stdout.columns || 80) - 4)) });
    },
    end: () => multibar.stop(),
  };
}

function lines(contacts: number, slots: number): Display {
  let lastAt = -Infinity;
  return {
    show: ({ ended, inCall, outcomes }) => {
      if (performance.now() - lastAt < LINE_EVERY_MS && ended < contacts) return;
      lastAt = performance.now();
      console.log(`  called ${ended}/${contacts}, in a call ${inCall}/${slots}: ${outcomes}`);
    },
    end: () => undefined,
  };
}
