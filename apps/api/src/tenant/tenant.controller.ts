import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly, OpenToKeys } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { TenantAnswer, UpdateTenantBody } from './tenant.dto.js';
import { TenantService } from './tenant.service.js';

@ApiTags('tenant')
@ApiBearerAuth('bearer')
@OpenToKeys('tenant')
@Controller('tenant')
export class TenantController {
  constructor(private readonly tenants: TenantService) {}

  @Get()
  @ApiOperation({
    summary: 'The business of this user',
    description: 'Name, default country, limits over all campaigns, and what the operator allows.',
  })
  @ApiOkResponse({ type: TenantAnswer })
  @ApiProblems([])
  async getTenant(@User() user: CurrentUser): Promise<TenantAnswer> {
    return { tenant: await this.tenants.get(user.tenant_id) };
  }

  @Patch()
  @AdminOnly()
  @ApiOperation({
    summary: 'Change the name, the default country, or what limits calls in all campaigns',
    description: 'For admins.',
  })
  @ApiOkResponse({ type: TenantAnswer })
  @ApiProblems(['admin_required'], { hasBody: true })
  async updateTenant(@User() user: CurrentUser, @Body() body: UpdateTenantBody): Promise<TenantAnswer> {
    return { tenant: await this.tenants.update(user.tenant_id, body) };
  }
}
