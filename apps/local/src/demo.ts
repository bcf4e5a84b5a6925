import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Config } from '#config/config.js';
import { childEnvironment, processConfig } from '#config/process-environment.js';
import { banner } from './start/banner.js';
import { DemoApi, type DemoCampaign } from './demo/demo-api.js';
import { importContacts, type ImportedContacts } from './demo/import-contacts.js';
import { allCalls, resultsTable } from './demo/results.js';
import { textTable } from './demo/text-table.js';
import { watchCampaign } from './demo/watch-campaign.js';
import { startSystem, type RunningSystem } from './start/local-system.js';
import { whenAborted } from './processes/patience.js';
import { runCommand } from './start/run-command.js';
import { StartError } from './processes/start-error.js';

const CONTACTS = fileURLToPath(new URL('../../../../examples/contacts.csv', import.meta.url));
const SLOTS = 25;

/**
 * Settings of short calls, also to the freephone numbers of the example file. The operator's own settings take
 * precedence.
 */
const BRISK_CARRIER = { SIMULATOR_RING_SECONDS: '1', SIMULATOR_TALK_SECONDS: '3', ALLOWED_NUMBER_KINDS: 'toll_free' };

await runCommand(async (signal) => {
  requireOpenRegistration(processConfig());
  const system = await startSystem({ signal, onProgress: console.log, environment: briskUnlessSet() });
  const failure = await Promise.race([
    system.gaveUp,
    demonstrate(system, signal).then(() => whenAborted(signal).then(() => null)),
    whenAborted(signal).then(() => null),
  ]);
  console.log('Stopping …');
  await system.stop();
  if (failure) throw failure;
});

function briskUnlessSet(): Record<string, string> {
  const environment = childEnvironment({});
  return Object.fromEntries(Object.entries(BRISK_CARRIER).filter(([name]) => !environment[name]));
}

async function demonstrate(system: RunningSystem, signal: AbortSignal): Promise<void> {
  const api = await new DemoApi(system.apiUrl).register(
    `demo-${randomBytes(4).toString('hex')}@example.com`,
    randomBytes(12).toString('hex'),
  );
  const campaign = await createCampaign(api);
  console.log(`\nImporting examples/contacts.csv through the API …\n`);
  console.log(importTable(await importContacts(api, campaign.id, CONTACTS)));
  const { jobs_enqueued } = await api.post<{ jobs_enqueued: number }>(`/campaigns/${campaign.id}/start`);
  console.log(`\nCampaign started: ${jobs_enqueued} people to call, at most ${SLOTS} at once.\n`);
  const most = await watchCampaign(api, { campaignId: campaign.id, contacts: jobs_enqueued, slots: SLOTS, signal });
  const calls = await allCalls(api);
  console.log(`\n${resultsTable(calls)}\n`);
  console.log(`  ${jobs_enqueued} contacts, ${calls.length} calls, never more than ${most} of ${SLOTS} at once.\n`);
  await showConversation(api, calls.find(({ outcome }) => outcome === 'goal_reached')?.id);
  console.log(banner(system));
  console.log(`To look around, open ${system.origin}/docs, press Authorize and paste this token:\n\n${api.token}\n`);
}

/**
 * Requires open registration, since the demonstration registers a tenant over the API.
 * @throws StartError
 */
function requireOpenRegistration({ registration }: Config): void {
  if (registration === 'open') return;
  throw new StartError(
    'The demonstration registers an account, and registration is ' +
      `${registration === 'first' ? 'for the first person alone' : 'closed'} here: run it with the simulator on ` +
      '127.0.0.1 (HOST, PUBLIC_URL and TRUSTED_PROXIES unset), or set REGISTRATION=open.',
  );
}

async function createCampaign(api: DemoApi): Promise<DemoCampaign> {
  const { campaign } = await api.post<{ campaign: DemoCampaign }>('/campaigns', {
    name: 'Renewal reminders',
    system_prompt:
      'You call customers of Example Voice whose plan ends this month and ask whether they want to renew it.',
    voice_id: 'aria',
    calling_window: { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' },
    default_country: 'GB',
    max_concurrent_calls: SLOTS,
    retry_failed: false,
  });
  return campaign;
}

function importTable({ rows, totals, refused }: ImportedContacts): string {
  const counts = Object.entries(totals).map(([status, n]): [string, number] => [status, n]);
  const examples = refused.slice(0, 5).map(({ row, phone, why }) => `  row ${row}: ${JSON.stringify(phone)} – ${why}`);
  return (
    `${textTable(['contacts', 'rows'], [...counts, ['all', rows]])}\n\n${examples.join('\n')}\n  … and ` +
    `${refused.length - examples.length} more`
  );
}

async function showConversation(api: DemoApi, callId: string | undefined): Promise<void> {
  if (!callId) return;
  const { text } = await api.get<{ text: string }>(`/calls/${callId}/transcript`);
  console.log(`One of the conversations:\n\n${text.replaceAll(/^/gm, '  ')}\n`);
}
