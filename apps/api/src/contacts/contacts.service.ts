import { Injectable } from '@nestjs/common';
import { Database } from '#database/database.js';
import type { Sql } from '#database/sql.js';
import { addLeads, type AddedLead } from '#database/statements/add-leads.js';
import { findCampaign } from '#database/statements/campaigns.js';
import { findLead, listLeads, removeLead, type LeadRow } from '#database/statements/leads.js';
import { lockCampaign, type LockedCampaign } from '#database/statements/lock-campaign.js';
import { placesOf } from '#dialer/calling-hours.js';
import { Dispatcher } from '#dialer/dispatcher.js';
import type { OwnedCampaign } from '#dialer/campaign-control.js';
import { InvalidFields, Refusal } from '#rules/refusal.js';
import { offsetOf, type Page, type PageQuery } from '../http/page-query.js';
import { judgeBulk, toBulkAnswer } from './bulk.js';
import type { AddContactBody, BulkAnswer } from './contact.dto.js';
import { toNewLead, type UnplacedContact } from './new-lead.js';

@Injectable()
export class ContactsService {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
  ) {}

  async add(campaign: OwnedCampaign, body: AddContactBody): Promise<LeadRow> {
    const contact = await this.database.transaction(async (sql) => {
      const locked = await lockOpenCampaign(sql, campaign);
      const lead = toNewLead(body, locked.default_country);
      if (!lead) throw new InvalidFields([{ field: 'phone_number', message: 'is not a phone number' }]);
      const [added] = await addTo(sql, locked, [lead]);
      if (!added) throw new Refusal('phone_exists');
      return findLead(sql, { ...campaign, leadId: added.id });
    });
    await this.dispatcher.dispatch(campaign.campaignId);
    return contact!;
  }

  /** Adds what can be added, in one transaction, and says of each contact what came of it. */
  async addBulk(campaign: OwnedCampaign, contacts: readonly unknown[]): Promise<BulkAnswer> {
    const answer = await this.database.transaction(async (sql) => {
      const locked = await lockOpenCampaign(sql, campaign);
      const judged = await judgeBulk(contacts, locked.default_country);
      const added = await addTo(
        sql,
        locked,
        judged.flatMap(({ lead }) => lead ?? []),
      );
      return toBulkAnswer(judged, added);
    });
    await this.dispatcher.dispatch(campaign.campaignId);
    return answer;
  }

  async list(campaign: OwnedCampaign, query: PageQuery): Promise<Page<LeadRow>> {
    const found = await findCampaign(this.database, campaign);
    if (!found) throw new Refusal('campaign_not_found');
    const items = await listLeads(this.database, { ...campaign, limit: query.page_size, offset: offsetOf(query) });
    return { items, page: query.page, page_size: query.page_size, total: found.total_leads };
  }

  async remove(campaign: OwnedCampaign, contactId: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      if (!(await lockCampaign(sql, campaign))) throw new Refusal('campaign_not_found');
      if (!(await removeLead(sql, { ...campaign, leadId: contactId }))) throw new Refusal('contact_not_found');
    });
    await this.dispatcher.dispatch(campaign.campaignId);
  }
}

async function addTo(sql: Sql, campaign: LockedCampaign, contacts: readonly UnplacedContact[]): Promise<AddedLead[]> {
  const places = await placesOf(sql, contacts);
  const leads = contacts.map((contact, index) => ({ ...contact, place_id: places[index]! }));
  return addLeads(sql, { campaignId: campaign.id, tenantId: campaign.tenant_id, leads });
}

async function lockOpenCampaign(sql: Sql, owned: OwnedCampaign): Promise<LockedCampaign> {
  const campaign = await lockCampaign(sql, owned);
  if (!campaign) throw new Refusal('campaign_not_found');
  if (campaign.status === 'archived') throw new Refusal('campaign_closed', { current_status: campaign.status });
  return campaign;
}
