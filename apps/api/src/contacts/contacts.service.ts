import { Injectable } from '@nestjs/common';
import { Not, type EntityManager } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { Database } from '#database/connection/database.js';
import { Campaign } from '#database/entities/campaign.entity.js';
import { hasValues } from '#database/entities/edits.js';
import { Lead, type LeadTerms } from '#database/entities/lead.entity.js';
import type { Sql } from '#database/connection/sql.js';
import { addLeads, type AddedLead } from '#database/statements/leads/add-leads.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { contactsWithNumbers, findLead, removeLead } from '#database/statements/leads/leads.js';
import { lockErasures } from '#database/statements/people/erase-person.js';
import { lockCampaign, type LockedCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import { areasOf } from '#dialer/claim/calling-hours.js';
import { Dispatcher } from '#dialer/publish/dispatcher.js';
import type { OwnedCampaign } from '#dialer/campaigns/campaign-control.js';
import { PersonHash } from '#dialer/people/person-hash.js';
import { customFieldsProblem } from '#rules/lead/custom-fields.js';
import type { LeadStatus } from '#rules/lead/lead-status.js';
import { dialingIn, requireDialable } from '#rules/campaign/dialing-time.js';
import { mergePatch } from '#rules/values/merge-patch.js';
import { numberKey } from '#rules/phone-number/number-key.js';
import { InvalidFields, DomainError } from '#rules/errors/domain-error.js';
import { notANumber } from '../fields/phone-field.js';
import { judgeBulk, numbersNotAdded, toBulkAnswer, type Bulk } from './bulk.js';
import type { AddContactBody, BulkAnswer, ContactAnswer, UpdateContactBody } from './contact.dto.js';
import { toNewLead, type UnplacedContact } from './new-lead.js';

@Injectable()
export class ContactsService {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly hash: PersonHash,
  ) {}

  async add(campaign: OwnedCampaign, body: AddContactBody): Promise<ContactAnswer> {
    const answer = await this.database.transaction(async (sql) => {
      const locked = await lockDialableCampaign(sql, campaign);
      const lead = toNewLead(body, locked.default_country);
      if (!lead) throw notANumber(body.phone_number, { country: locked.default_country, source: 'campaign' });
      const [added] = await this.addTo(sql, locked, [lead]);
      if (!added) throw await phoneExists(sql, campaign, lead.phone_number);
      if (added.id === null) throw new DomainError('person_erased');
      const stored = await findLead(sql, { ...campaign, leadId: added.id });
      await recordAct(sql, campaign.tenantId, {
        action: 'contact.add',
        subject: added.id,
        detail: campaignOf(campaign),
      });
      return { contact: stored!, dialing: dialingIn(locked.status) };
    });
    await this.dispatcher.dispatch(campaign.campaignId);
    return answer;
  }

  /** Adds the contacts that can be added, in one transaction, and reports the result of each. */
  async addBulk(campaign: OwnedCampaign, bulk: Bulk): Promise<BulkAnswer> {
    const answer = await this.database.transaction(async (sql) => {
      const locked = await lockDialableCampaign(sql, campaign);
      const judged = await judgeBulk(bulk, locked.default_country);
      const added = await this.addTo(
        sql,
        locked,
        judged.flatMap(({ lead }) => lead ?? []),
      );
      const present = await contactsWithNumbers(sql, campaign, numbersNotAdded(judged, added));
      const { results, ...totals } = toBulkAnswer(judged, added, present);
      const detail = { ...campaignOf(campaign), ...totals };
      await recordAct(sql, campaign.tenantId, { action: 'contact.add', subject: null, detail });
      return { ...totals, results, dialing: dialingIn(locked.status) };
    });
    await this.dispatcher.dispatch(campaign.campaignId);
    return answer;
  }

  /** Changes a contact. Calls that are committed after the answer go by the new time zone. */
  async update(campaign: OwnedCampaign, leadId: string, body: UpdateContactBody): Promise<ContactAnswer> {
    const answer = await this.database.transaction(async (tx) => {
      const locked = await lockOpenCampaign(tx, campaign);
      const found = await findEditable(tx.manager, campaign, leadId);
      await edit(tx.manager, found, await toEdits(tx, found, body));
      const detail = { ...campaignOf(campaign), fields: Object.keys(body) };
      await recordAct(tx, campaign.tenantId, { action: 'contact.update', subject: leadId, detail });
      const contact = await findLead(tx, { ...campaign, leadId });
      return { contact: contact!, dialing: dialingIn(locked.status) };
    });
    await this.dispatcher.dispatch(campaign.campaignId);
    return answer;
  }

  async remove(campaign: OwnedCampaign, contactId: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      if (!(await lockCampaign(sql, campaign))) throw new DomainError('campaign_not_found');
      if (!(await removeLead(sql, { ...campaign, leadId: contactId }))) throw new DomainError('contact_not_found');
      const act = { action: 'contact.remove', subject: contactId, detail: campaignOf(campaign) } as const;
      await recordAct(sql, campaign.tenantId, act);
    });
    await this.dispatcher.dispatch(campaign.campaignId);
  }

  private async addTo(
    sql: Sql,
    { id: campaignId, tenant_id: tenantId }: LockedCampaign,
    contacts: readonly UnplacedContact[],
  ): Promise<AddedLead[]> {
    const areas = await areasOf(sql, contacts);
    const leads = contacts.map((contact, index) => ({
      ...contact,
      area_id: areas[index]!,
      person_hashes: this.hash.allOf(tenantId, contact.phone_number),
    }));
    return addLeads(sql, { campaignId, tenantId, leads });
  }
}

function campaignOf({ campaignId }: OwnedCampaign): { campaign_id: string } {
  return { campaign_id: campaignId };
}

/** Returns the error that names the contact which has the number already. */
async function phoneExists(sql: Sql, campaign: OwnedCampaign, number: string): Promise<DomainError> {
  const present = await contactsWithNumbers(sql, campaign, [number]);
  return new DomainError('phone_exists', { contact_id: present.get(numberKey(number)) });
}

/** Locks a campaign that may still call. @throws DomainError for any other, where contacts would wait for ever. */
async function lockDialableCampaign(sql: Sql, owned: OwnedCampaign): Promise<LockedCampaign> {
  const campaign = await lockOwn(sql, owned);
  requireDialable(campaign.status);
  return campaign;
}

async function lockOpenCampaign(sql: Sql, owned: OwnedCampaign): Promise<LockedCampaign> {
  const campaign = await lockOwn(sql, owned);
  if (campaign.status === 'archived') throw new DomainError('campaign_closed', { current_status: campaign.status });
  return campaign;
}

/** Locks a campaign, and erasures before it, so that no person is added and erased at the same moment. */
async function lockOwn(sql: Sql, owned: OwnedCampaign): Promise<LockedCampaign> {
  await lockErasures(sql, owned.tenantId);
  const campaign = await lockCampaign(sql, owned);
  if (!campaign) throw new DomainError('campaign_not_found');
  return campaign;
}

/**
 * Finds a contact to edit. No other request changes it, as the caller has locked its campaign.
 * @throws DomainError for a contact that the campaign does not have, or that was erased.
 */
async function findEditable(
  manager: EntityManager,
  { tenantId, campaignId }: OwnedCampaign,
  leadId: string,
): Promise<Lead> {
  const where = { tenant_id: tenantId, campaign_id: campaignId, id: leadId, status: Not<LeadStatus>('removed') };
  const lead = await manager.findOneBy(Lead, where);
  if (!lead) throw new DomainError('contact_not_found');
  if (lead.erased_at !== null) throw new DomainError('person_erased');
  return lead;
}

/** Edits a contact. Its campaign looks for due contacts at once: the person may be in another time zone now. */
async function edit(manager: EntityManager, { id, campaign_id }: Lead, edits: LeadEdits): Promise<void> {
  // The type of TypeORM leaves no values to a record of unknown ones.
  if (hasValues(edits)) await manager.update(Lead, { id }, edits as QueryDeepPartialEntity<Lead>);
  await manager.update(Campaign, { id: campaign_id, status: 'running' }, { wake_at: () => 'now()' });
}

/** Columns that an edit may change. The area goes with the time zone. */
type LeadEdits = Partial<Omit<LeadTerms, 'phone_number'> & Pick<Lead, 'area_id'>>;

/** Converts a body to columns. The area follows from the time zone, or from the number where there is none. */
async function toEdits(sql: Sql, lead: Lead, body: UpdateContactBody): Promise<LeadEdits> {
  const edits = { ...body, custom_fields: mergedFields(lead.custom_fields ?? {}, body.custom_fields) };
  if (body.timezone === undefined) return edits;
  const [areaId] = await areasOf(sql, [{ phone_number: lead.phone_number, timezone: body.timezone }]);
  return { ...edits, area_id: areaId };
}

/** Merges a patch into custom fields. @throws InvalidFields where there are too many then. */
function mergedFields(
  present: Lead['custom_fields'],
  patch: UpdateContactBody['custom_fields'],
): LeadEdits['custom_fields'] {
  if (!patch) return patch === null ? {} : undefined;
  const fields = mergePatch(present, patch);
  const problem = customFieldsProblem(present, fields);
  if (problem !== null) throw new InvalidFields([{ field: 'custom_fields', message: problem }]);
  return fields;
}
