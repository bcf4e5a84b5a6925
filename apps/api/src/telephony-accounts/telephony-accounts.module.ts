import { Module, type DynamicModule } from '@nestjs/common';
import type { AccountsConfig } from '#config/accounts-config.js';
import { TelephonyAccountsController } from './telephony-accounts.controller.js';
import { ACCOUNTS_CONFIG, TelephonyAccountsService } from './telephony-accounts.service.js';

@Module({})
export class TelephonyAccountsModule {
  static forRoot(config: AccountsConfig): DynamicModule {
    return {
      module: TelephonyAccountsModule,
      controllers: [TelephonyAccountsController],
      providers: [TelephonyAccountsService, { provide: ACCOUNTS_CONFIG, useValue: config }],
    };
  }
}
