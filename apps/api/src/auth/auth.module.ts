import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { createSecretKey } from 'node:crypto';
import type { Config } from '#config/config.js';
import { AddressLimitGuard, CallerLimitGuard } from '../limits/limits.guards.js';
import {
  ACCESS_TOKEN_AUDIENCE,
  ACCESS_TOKEN_ISSUER,
  ACCESS_TOKEN_SECONDS,
  AUTH_KEY,
  PREVIOUS_AUTH_KEY,
} from './access-token.js';
import { ACCOUNT_CONFIG, AccountLinks } from './account-links.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { JwtGuard } from './jwt.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { PasswordController } from './password.controller.js';
import { PasswordService } from './password.service.js';
import { RegistrationService } from './registration.service.js';
import { DATA_DIR, REGISTRATION, SetupTokens } from './setup-tokens.js';
import { RolesGuard } from './roles.guard.js';
import { SessionTokens } from './session-tokens.js';
import { SessionsController } from './sessions.controller.js';
import { Profiles } from './supabase/profiles.js';
import { SUPABASE_CONFIG, SupabaseStrategy } from './supabase/supabase.strategy.js';
import { WorkClassGuard } from './work-class.guard.js';

type Settings = Pick<Config, 'account' | 'registration' | 'dataDir' | 'supabase' | 'authSecretPrevious'>;

@Module({})
export class AuthModule {
  static forRoot(secret: string, config: Settings): DynamicModule {
    const { account, registration, dataDir, supabase, authSecretPrevious } = config;
    const key = createSecretKey(Buffer.from(secret));
    return {
      module: AuthModule,
      global: true,
      imports: [
        PassportModule,
        JwtModule.register({
          secret: key,
          signOptions: {
            algorithm: 'HS256',
            issuer: ACCESS_TOKEN_ISSUER,
            audience: ACCESS_TOKEN_AUDIENCE,
            expiresIn: ACCESS_TOKEN_SECONDS,
          },
        }),
      ],
      controllers: [AuthController, SessionsController, PasswordController],
      providers: [
        AuthService,
        RegistrationService,
        SetupTokens,
        { provide: REGISTRATION, useValue: registration },
        { provide: DATA_DIR, useValue: dataDir },
        PasswordService,
        SessionTokens,
        AccountLinks,
        { provide: ACCOUNT_CONFIG, useValue: account },
        JwtStrategy,
        SupabaseStrategy,
        Profiles,
        { provide: SUPABASE_CONFIG, useValue: supabase },
        { provide: AUTH_KEY, useValue: key },
        {
          provide: PREVIOUS_AUTH_KEY,
          useValue: authSecretPrevious === null ? null : createSecretKey(Buffer.from(authSecretPrevious)),
        },
        { provide: APP_GUARD, useClass: WorkClassGuard },
        { provide: APP_GUARD, useClass: AddressLimitGuard },
        { provide: APP_GUARD, useClass: ApiKeyGuard },
        { provide: APP_GUARD, useClass: JwtGuard },
        { provide: APP_GUARD, useClass: CallerLimitGuard },
        { provide: APP_GUARD, useClass: RolesGuard },
      ],
      exports: [SessionTokens, AccountLinks],
    };
  }
}
