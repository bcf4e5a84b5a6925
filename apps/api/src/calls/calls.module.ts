import { Module } from '@nestjs/common';
import { CallExportController } from './call-export.controller.js';
import { CallListService } from './call-list.service.js';
import { CallsController } from './calls.controller.js';
import { CallsService } from './calls.service.js';

@Module({ controllers: [CallExportController, CallsController], providers: [CallsService, CallListService] })
export class CallsModule {}
