import { Module } from '@nestjs/common';
import { ProviderWebhooks } from './provider-webhooks.js';

/** Provides what answers providers; `serveTelephony` adds the routes. */
@Module({ providers: [ProviderWebhooks], exports: [ProviderWebhooks] })
export class TelephonyModule {}
