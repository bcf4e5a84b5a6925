import { Module } from '@nestjs/common';
import { DncController } from './dnc.controller.js';
import { DncService } from './dnc.service.js';

@Module({ controllers: [DncController], providers: [DncService] })
export class DncModule {}
