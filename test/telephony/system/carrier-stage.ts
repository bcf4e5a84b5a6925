import type { Environment } from '#config/settings.js';
import { setStage, type Stage } from '../../engine/dialing/stage.js';
import { freePort } from '../../support/free-port.js';
import { until } from '../../support/until.js';

/** A call and its person as the database tells of them. */
export interface ToldCall {
  readonly id: string;
  readonly to: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly answered_by: string | null;
  readonly cost: number | null;
  readonly is_recorded: boolean;
  readonly job: string;
  readonly lead: string;
}

export interface CarrierStage extends Stage {
  readonly port: number;
  callsOf(campaignId: string): Promise<ToldCall[]>;
  untilNothingIsLive(): Promise<void>;
}

/** API and worker as the environment chooses their carrier; both are where PUBLIC_URL says. */
export async function setCarrierStage(environment: Environment): Promise<CarrierStage> {
  const port = await freePort();
  const PUBLIC_URL = `http://127.0.0.1:${port}`;
  const stage = await setStage('postgres', undefined, { ...environment, PORT: String(port), PUBLIC_URL });
  const { database } = stage;
  return {
    ...stage,
    port,
    callsOf: (campaignId) => database.query<ToldCall & { readonly [column: string]: unknown }>(CALLS, [campaignId]),
    untilNothingIsLive: async () => {
      await until('no slot is held', async () => {
        const live = await database.query('SELECT FROM dialer_jobs WHERE check_at IS NOT NULL');
        return live.length === 0;
      });
    },
  };
}

const CALLS = `
  SELECT c.id, c.phone_number AS to, c.status, c.outcome, c.answered_by, c.cost::float,
    c.recording_url IS NOT NULL AS is_recorded,
    j.status AS job, l.status AS lead
  FROM calls c JOIN dialer_jobs j ON j.id = c.dialer_job_id JOIN leads l ON l.id = c.lead_id
  WHERE c.campaign_id = $1 ORDER BY c.phone_number`;
