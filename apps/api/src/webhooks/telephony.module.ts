import { Module } from '@nestjs/common';
import { ProviderWebhooks } from './provider-webhooks.js';

/** What providers reach; its routes are added by `serveTelephony`. */
@Module({ providers: [ProviderWebhooks], exports: [ProviderWebhooks] })
export class TelephonyModule {}
