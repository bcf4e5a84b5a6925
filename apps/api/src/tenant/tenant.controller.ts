import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Tenant } from '#database/entities/tenant.entity.js';
import { AdminOnly } from '../auth/access.js';
import { ApiProblems } from '../http/api-problems.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { TenantAnswer, UpdateTenantBody } from './tenant.dto.js';

@ApiTags('tenant')
@ApiBearerAuth('bearer')
@Controller('tenant')
export class TenantController {
  constructor(@InjectRepository(Tenant) private readonly tenants: Repository<Tenant>) {}

  @Get()
  @ApiOperation({ summary: 'The business of this user' })
  @ApiOkResponse({ type: TenantAnswer })
  @ApiProblems([])
  async getTenant(@User() user: CurrentUser): Promise<TenantAnswer> {
    const { id, business_name, default_country, created_at } = await this.tenants.findOneByOrFail({
      id: user.tenant_id,
    });
    return { tenant: { id, business_name, default_country, created_at } };
  }

  @Patch()
  @AdminOnly()
  @ApiOperation({ summary: 'Change the name or the default country', description: 'For admins.' })
  @ApiOkResponse({ type: TenantAnswer })
  @ApiProblems(['admin_required'], { hasBody: true })
  async updateTenant(@User() user: CurrentUser, @Body() body: UpdateTenantBody): Promise<TenantAnswer> {
    if (Object.keys(body).length > 0) await this.tenants.update({ id: user.tenant_id }, body);
    return this.getTenant(user);
  }
}
