import { occupiedSlots, type OccupiedSlot } from '#database/statements/ops/inspect-jobs.js';
import { maskedNumber } from '#rules/phone-number/masked-number.js';
import { textTable } from '../demo/text-table.js';
import { done, optionalId, type OpsCommand } from './ops-command.js';

const HEAD = ['dialer job', 'campaign', 'number', 'status', 'call', 'since', 'next check', 'deadline'];

export const SLOTS: OpsCommand = {
  name: 'slots',
  usage: '[campaign_id]',
  summary: 'Shows what occupies each slot; changes nothing.',
  options: {},
  prepare(given) {
    const campaignId = optionalId(given, 'campaign');
    return async ({ database }) => {
      const slots = await occupiedSlots(database, campaignId);
      if (slots.length === 0) return done('No slot is occupied.');
      return done(textTable(HEAD, slots.map(toRow), { hasTotals: false }), '', `Occupied slots: ${slots.length}.`);
    };
  },
};

function toRow(slot: OccupiedSlot): string[] {
  return [
    slot.dialer_job_id,
    slot.campaign_id,
    maskedNumber(slot.phone_number),
    slot.status,
    slot.call_status ?? '',
    toSecond(slot.created_at),
    toSecond(slot.check_at),
    slot.deadline_at ? toSecond(slot.deadline_at) : '',
  ];
}

function toSecond(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
