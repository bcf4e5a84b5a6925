import { Module } from '@nestjs/common';
import { CallerIdsController } from './caller-ids.controller.js';
import { CallerIdsService } from './caller-ids.service.js';

@Module({ controllers: [CallerIdsController], providers: [CallerIdsService] })
export class CallerIdsModule {}
