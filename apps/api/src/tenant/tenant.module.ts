import { Module } from '@nestjs/common';
import { KillSwitchController } from './kill-switch.controller.js';
import { TenantController } from './tenant.controller.js';
import { TenantService } from './tenant.service.js';

@Module({ controllers: [TenantController, KillSwitchController], providers: [TenantService] })
export class TenantModule {}
