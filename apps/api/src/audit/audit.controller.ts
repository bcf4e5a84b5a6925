import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly, Heavy, OpenToKeys } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { AuditPage, AuditQuery } from './audit.dto.js';
import { AuditService } from './audit.service.js';

@ApiTags('audit log')
@ApiBearerAuth('bearer')
@AdminOnly()
@OpenToKeys('audit')
@Controller('audit-log')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @Heavy()
  @ApiOperation({
    summary: 'Who did what, newest first',
    description:
      'For admins. Records are only ever added, each with a hash over itself and the one before it; `npm run ops ' +
      '-- audit` checks the chain. People appear by a keyed hash of their number.',
  })
  @ApiOkResponse({ type: AuditPage })
  @ApiProblems(['admin_required'])
  listAuditLog(@User() user: CurrentUser, @Query() query: AuditQuery): Promise<AuditPage> {
    return this.audit.list(user.tenant_id, query);
  }
}
