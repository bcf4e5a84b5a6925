import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Req } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiExtraModels,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Heavy, OpenToKeys } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { ApiIdParameter, IdParameter } from '../fields/id-parameter.js';
import { changedNumbersOf } from '../server/json-body.js';
import { ContactsPage, ContactsQuery } from './contact-list.dto.js';
import { ContactListService } from './contact-list.service.js';
import { AddContactBody, BulkAnswer, BulkContactsBody, ContactAnswer, UpdateContactBody } from './contact.dto.js';
import { ContactsService } from './contacts.service.js';
import { EligibilityAnswer } from './eligibility.dto.js';
import { EligibilityService } from './eligibility.service.js';

@ApiTags('contacts')
@ApiBearerAuth('bearer')
@ApiExtraModels(AddContactBody)
@OpenToKeys('contacts')
@Controller('campaigns/:campaign_id/contacts')
export class ContactsController {
  constructor(
    private readonly contacts: ContactsService,
    private readonly lists: ContactListService,
    private readonly eligibility: EligibilityService,
  ) {}

  @Post()
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'Add a contact',
    description:
      'The number is stored in E.164. In a running campaign it is dialed at once. A contact that was removed ' +
      'comes back with its history.',
  })
  @ApiCreatedResponse({ type: ContactAnswer })
  @ApiProblems(['campaign_not_found', 'phone_exists', 'campaign_closed', 'person_erased'], { hasBody: true })
  addContact(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
    @Body() body: AddContactBody,
  ): Promise<ContactAnswer> {
    return this.contacts.add({ tenantId: user.tenant_id, campaignId }, body);
  }

  @Post('bulk')
  @HttpCode(200)
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'Add up to 1,000 contacts',
    description: 'The counts add up to the number of contacts sent; `results` says what came of each.',
  })
  @ApiOkResponse({ type: BulkAnswer })
  @ApiProblems(['campaign_not_found', 'campaign_closed'], { hasBody: true })
  addContacts(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
    @Body() body: BulkContactsBody,
    @Req() request: FastifyRequest,
  ): Promise<BulkAnswer> {
    const bulk = { contacts: body.contacts, changedNumbers: changedNumbersOf(request) };
    return this.contacts.addBulk({ tenantId: user.tenant_id, campaignId }, bulk);
  }

  @Get()
  @Heavy()
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'The contacts of a campaign',
    description: 'Newest first unless sorted otherwise. Those that were removed are not shown.',
  })
  @ApiOkResponse({ type: ContactsPage })
  @ApiProblems(['campaign_not_found'])
  listContacts(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
    @Query() query: ContactsQuery,
  ): Promise<ContactsPage> {
    return this.lists.list({ tenantId: user.tenant_id, campaignId }, query);
  }

  @Get(':contact_id')
  @ApiIdParameter('campaign_id')
  @ApiIdParameter('contact_id')
  @ApiOperation({
    summary: 'One contact',
    description: 'With its status, its attempts and when it is due next.',
  })
  @ApiOkResponse({ type: ContactAnswer })
  @ApiProblems(['campaign_not_found', 'contact_not_found'])
  async getContact(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
    @IdParameter('contact_id') contactId: string,
  ): Promise<ContactAnswer> {
    return { contact: await this.lists.get({ tenantId: user.tenant_id, campaignId }, contactId) };
  }

  @Patch(':contact_id')
  @ApiIdParameter('campaign_id')
  @ApiIdParameter('contact_id')
  @ApiOperation({
    summary: 'Change a contact',
    description: 'What is left out stays, also within `custom_fields`. For another number, add another contact.',
  })
  @ApiOkResponse({ type: ContactAnswer })
  @ApiProblems(['campaign_not_found', 'contact_not_found', 'campaign_closed', 'person_erased'], { hasBody: true })
  updateContact(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
    @IdParameter('contact_id') contactId: string,
    @Body() body: UpdateContactBody,
  ): Promise<ContactAnswer> {
    return this.contacts.update({ tenantId: user.tenant_id, campaignId }, contactId, body);
  }

  @Get(':contact_id/eligibility')
  @ApiIdParameter('campaign_id')
  @ApiIdParameter('contact_id')
  @ApiOperation({
    summary: 'Why is this contact not called?',
    description: "Every gate's verdict at this moment, by the very rules by which the engine goes.",
  })
  @ApiOkResponse({ type: EligibilityAnswer })
  @ApiProblems(['campaign_not_found', 'contact_not_found'])
  getContactEligibility(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
    @IdParameter('contact_id') contactId: string,
  ): Promise<EligibilityAnswer> {
    return this.eligibility.eligibilityOf({ tenantId: user.tenant_id, campaignId, leadId: contactId });
  }

  @Delete(':contact_id')
  @HttpCode(204)
  @ApiIdParameter('campaign_id')
  @ApiIdParameter('contact_id')
  @ApiOperation({
    summary: 'Remove a contact',
    description: 'It is dialed no more; its calls stay. A live call goes on.',
  })
  @ApiNoContentResponse()
  @ApiProblems(['campaign_not_found', 'contact_not_found'], { isWrite: true })
  removeContact(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
    @IdParameter('contact_id') contactId: string,
  ): Promise<void> {
    return this.contacts.remove({ tenantId: user.tenant_id, campaignId }, contactId);
  }
}
