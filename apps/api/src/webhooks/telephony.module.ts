import { Module } from '@nestjs/common';
import { CallbackDesk } from './provider-webhooks.js';

/** What providers reach; its routes are added by `serveTelephony`. */
@Module({ providers: [CallbackDesk], exports: [CallbackDesk] })
export class TelephonyModule {}
