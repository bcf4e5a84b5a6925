import { Module } from '@nestjs/common';
import { KillSwitchController } from './kill-switch.controller.js';
import { TenantController } from './tenant.controller.js';

@Module({ controllers: [TenantController, KillSwitchController] })
export class TenantModule {}
