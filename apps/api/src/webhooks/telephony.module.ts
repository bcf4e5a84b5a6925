import { Module } from '@nestjs/common';
import { ProviderWebhooks } from './provider-webhooks.js';

/** Provides `ProviderWebhooks`; `serveTelephony` adds its routes. */
@Module({ providers: [ProviderWebhooks], exports: [ProviderWebhooks] })
export class TelephonyModule {}
