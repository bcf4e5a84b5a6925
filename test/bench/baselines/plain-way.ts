import 'reflect-metadata';
import { Worker } from 'bullmq';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '#database/data-source-options.js';
import { Call } from '#database/entities/call.entity.js';
import { Campaign } from '#database/entities/campaign.entity.js';
import { Lead } from '#database/entities/lead.entity.js';
import { useQueueBackend } from '#queue/queue-backend.js';
import { PIPELINE } from '../sizes.js';
import { answerParent, type BaselineTask } from './child.js';
import { filledQueue } from './filled-queue.js';
import { makePlainTables, PLAIN_SCHEMA } from './plain-tables.js';
import { RateMeter } from './rate-meter.js';

const QUEUE = 'bench-plain';
const WARM_UP_SECONDS = 0.5;

answerParent(plainWayRate);

/** Measures the plain way: a BullMQ job per lead, and each step of a call saved through its repository. */
async function plainWayRate(task: BaselineTask): Promise<number> {
  const dataSource = await new DataSource(plainOptions(task.databaseUrl)).initialize();
  const leadIds = await makePlainTables(dataSource, task.jobs);
  const connection = useQueueBackend(task, 'consumer');
  await filledQueue(QUEUE, leadIds, connection);
  const meter = new RateMeter({ things: task.jobs, warmUpSeconds: WARM_UP_SECONDS, seconds: task.seconds });
  const work = { connection, concurrency: task.concurrency };
  const worker = new Worker<string>(QUEUE, ({ data }) => callLead(dataSource, data), work);
  worker.on('completed', () => meter.count());
  worker.on('failed', (_, error) => {
    throw error;
  });
  return meter.rate;
}

function plainOptions(databaseUrl: string) {
  const options = dataSourceOptions(databaseUrl, { poolSize: PIPELINE.poolSize });
  return { ...options, extra: { ...options.extra, options: `-c search_path=${PLAIN_SCHEMA}` } };
}

async function callLead(dataSource: DataSource, leadId: string): Promise<void> {
  const [leads, calls, campaigns] = [
    dataSource.getRepository(Lead),
    dataSource.getRepository(Call),
    dataSource.getRepository(Campaign),
  ];
  const lead = await leads.findOneByOrFail({ id: leadId });
  await leads.save(Object.assign(lead, { status: 'in_progress', call_attempts: lead.call_attempts + 1 }));
  const { tenant_id, campaign_id, phone_number } = lead;
  const about = {
    tenant_id,
    campaign_id,
    phone_number,
    number_key: phone_number,
    lead_id: lead.id,
    dialer_job_id: lead.id,
  };
  const call = await calls.save(calls.create({ ...about, attempt: 1, provider: 'instant', started_at: new Date() }));
  await instantProvider();
  await calls.save(Object.assign(call, { status: 'completed', outcome: 'reached', ended_at: new Date() }));
  await leads.save(Object.assign(lead, { status: 'completed', outcome: 'reached', last_called_at: new Date() }));
  const campaign = await campaigns.findOneByOrFail({ id: campaign_id });
  await campaigns.save(Object.assign(campaign, { calls_completed: campaign.calls_completed + 1 }));
}

function instantProvider(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
