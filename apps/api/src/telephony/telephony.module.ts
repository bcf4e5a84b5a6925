import { Module } from '@nestjs/common';
import { CallbackDesk } from './callback-desk.js';

/** What providers reach; its routes are added by `serveTelephony`. */
@Module({ providers: [CallbackDesk], exports: [CallbackDesk] })
export class TelephonyModule {}
