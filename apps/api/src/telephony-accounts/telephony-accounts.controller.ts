import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { AdminOnly, Heavy, OpenToKeys } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { CursorQuery } from '../fields/cursor-page.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { ApiIdParameter, IdParameter } from '../fields/id-parameter.js';
import {
  ACCOUNT_CHANGES,
  ACCOUNT_EXAMPLES,
  CreateTelephonyAccountBody,
  TelephonyAccountAnswer,
  TelephonyAccountsAnswer,
  UpdateTelephonyAccountBody,
} from './telephony-account.dto.js';
import { TelephonyAccountsService } from './telephony-accounts.service.js';

const ID = 'telephony_account_id';

@ApiTags('telephony')
@ApiBearerAuth('bearer')
@OpenToKeys('telephony')
@Controller('telephony-accounts')
export class TelephonyAccountsController {
  constructor(private readonly accounts: TelephonyAccountsService) {}

  @Get()
  @Heavy()
  @ApiOperation({
    summary: 'The accounts with providers that your tenant has brought',
    description: 'Credentials are never shown, but for the last characters of an identifier (`hint`).',
  })
  @ApiOkResponse({ type: TelephonyAccountsAnswer })
  @ApiProblems(['invalid_fields'])
  listTelephonyAccounts(@User() user: CurrentUser, @Query() query: CursorQuery): Promise<TelephonyAccountsAnswer> {
    return this.accounts.list(user.tenant_id, query);
  }

  @Get(`:${ID}`)
  @ApiIdParameter(ID)
  @ApiOperation({
    summary: 'One account',
    description: 'Its credentials are never shown.',
  })
  @ApiOkResponse({ type: TelephonyAccountAnswer })
  @ApiProblems(['telephony_account_not_found'])
  async getTelephonyAccount(
    @User() user: CurrentUser,
    @IdParameter(ID) accountId: string,
  ): Promise<TelephonyAccountAnswer> {
    return { telephony_account: await this.accounts.get(user.tenant_id, accountId) };
  }

  @Post()
  @AdminOnly()
  @ApiOperation({
    summary: 'Bring an account of your own',
    description: 'With `twilio` or with `vapi`. Its credentials are stored encrypted and never shown again.',
  })
  @ApiBody({ type: CreateTelephonyAccountBody, examples: ACCOUNT_EXAMPLES })
  @ApiCreatedResponse({ type: TelephonyAccountAnswer })
  @ApiProblems(['admin_required', 'telephony_account_name_taken', 'telephony_accounts_unavailable'], { hasBody: true })
  async createTelephonyAccount(
    @User() user: CurrentUser,
    @Body() body: CreateTelephonyAccountBody,
  ): Promise<TelephonyAccountAnswer> {
    return { telephony_account: await this.accounts.create(user.tenant_id, body) };
  }

  @Patch(`:${ID}`)
  @AdminOnly()
  @ApiIdParameter(ID)
  @ApiOperation({
    summary: 'Rename an account, or replace its credentials',
    description:
      'New credentials apply from the next call on, and for what is asked about earlier ones: a token or key may ' +
      'be replaced at any time, also during live calls, but by one of the same account.',
  })
  @ApiBody({ type: UpdateTelephonyAccountBody, examples: ACCOUNT_CHANGES })
  @ApiOkResponse({ type: TelephonyAccountAnswer })
  @ApiProblems(
    ['admin_required', 'telephony_account_not_found', 'telephony_account_name_taken', 'telephony_accounts_unavailable'],
    { hasBody: true },
  )
  async updateTelephonyAccount(
    @User() user: CurrentUser,
    @IdParameter(ID) accountId: string,
    @Body() body: UpdateTelephonyAccountBody,
  ): Promise<TelephonyAccountAnswer> {
    return { telephony_account: await this.accounts.update(user.tenant_id, accountId, body) };
  }

  @Delete(`:${ID}`)
  @AdminOnly()
  @HttpCode(204)
  @ApiIdParameter(ID)
  @ApiOperation({
    summary: 'Forget an account, its credentials and its caller ids',
    description: 'Rejected while a campaign that is not over names it, or a call over it is live.',
  })
  @ApiNoContentResponse()
  @ApiProblems(['admin_required', 'telephony_account_not_found', 'telephony_account_in_use'], {
    isWrite: true,
  })
  deleteTelephonyAccount(@User() user: CurrentUser, @IdParameter(ID) accountId: string): Promise<void> {
    return this.accounts.delete(user.tenant_id, accountId);
  }
}
