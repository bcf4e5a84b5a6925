import { ApiProperty } from '@nestjs/swagger';
import { UserProfile } from '#database/entities/user-profile.entity.js';
import { AuthSession, type SessionRow } from '#database/entities/auth-session.entity.js';
import type { UserRow } from '#database/statements/access/user-columns.js';
import type { NormalEmail } from '#rules/lead/email.js';
import { ROLES, type Role } from '#rules/access/role.js';
import { HasColumns } from '../fields/has-columns.js';
import { NEXT_CURSOR } from '../fields/cursor-page.js';
import { EMAIL, AccountEmailField, TypedEmailField } from '../fields/email-field.js';
import { TextField } from '../fields/fields.js';
import { NewPasswordField, PASSWORD } from './new-password-field.js';

export class RegisterBody {
  @AccountEmailField(EMAIL)
  email: NormalEmail;

  @NewPasswordField()
  password: string;

  @TextField({ max: 255, nullable: true, example: 'Ada' })
  name?: string | null;

  @TextField({ max: 255, example: 'Example Voice Ltd' })
  business_name: string;

  @TextField({
    max: 200,
    optional: true,
    description:
      'Wanted where `REGISTRATION` is `first`, and rejected elsewhere: `npm run ops -- setup-token` prints it.',
    example: 'st_…',
  })
  setup_token?: string;
}

const BUSINESS = {
  email: EMAIL.example,
  password: PASSWORD.example,
  name: 'Ada',
  business_name: 'Example Voice Ltd',
} as const;

/** The first one is what Swagger UI sends: it works where registration is open. */
export const REGISTER_EXAMPLES = {
  open: { summary: 'Registration is open', value: BUSINESS },
  first: { summary: 'With the setup token', value: { ...BUSINESS, setup_token: 'st_…' } },
};

export class LoginBody {
  @TypedEmailField(EMAIL)
  email: NormalEmail;

  @TextField({ ...PASSWORD, min: 1 })
  password: string;
}

export class RefreshBody {
  @TextField({ max: 200, description: 'The newest one; each works once.', example: 'rt_…' })
  refresh_token: string;
}

export const ONE_TIME_TOKEN = { max: 200, description: 'From the link.', example: 'ot_…' } as const;

export class ChangePasswordBody {
  @TextField({ ...PASSWORD, min: 1 })
  current_password: string;

  @NewPasswordField()
  new_password: string;
}

export class ForgotPasswordBody {
  @TypedEmailField(EMAIL)
  email: NormalEmail;
}

export class ResetPasswordBody {
  @TextField(ONE_TIME_TOKEN)
  token: string;

  @NewPasswordField()
  new_password: string;
}

@HasColumns<SessionRow & Record<'is_current', unknown>>(AuthSession)
export class SessionView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at: Date;

  @ApiProperty({ type: String, format: 'date-time', description: 'When its tokens were last renewed.' })
  last_used_at: Date;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7', description: 'Where it was opened from.' })
  ip: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'curl/8.5.0' })
  user_agent: string | null;

  @ApiProperty({ description: 'The one that this request belongs to.' })
  is_current: boolean;
}

export class SessionsAnswer {
  @ApiProperty({ type: [SessionView], description: 'Latest first.' })
  sessions: SessionView[];

  @ApiProperty(NEXT_CURSOR)
  next_cursor: string | null;
}

export class EndedSessionsAnswer {
  @ApiProperty({ type: 'integer', example: 2 })
  ended: number;
}

@HasColumns<UserRow>(UserProfile)
export class UserView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: EMAIL.example })
  email: string;

  @ApiProperty({ type: String, nullable: true, example: 'Ada' })
  name: string | null;

  @ApiProperty({ example: 'Example Voice Ltd' })
  business_name: string;

  @ApiProperty({ example: '0f8fad5b-d9cb-469f-a165-70867728950e' })
  tenant_id: string;

  @ApiProperty({ enum: ROLES })
  role: Role;

  @ApiProperty({ type: 'integer', example: 0, description: 'Of the minutes budget; 0 also when there is none.' })
  minutes_remaining: number;

  @ApiProperty({ example: true, description: 'There is no minutes budget.' })
  minutes_unlimited: boolean;
}

export class TokensView {
  @ApiProperty({ description: 'Goes into `Authorization: Bearer …`.' })
  access_token: string;

  @ApiProperty({ description: 'Gets the next pair of tokens, once.' })
  refresh_token: string;

  @ApiProperty({ enum: ['bearer'] })
  token_type: 'bearer';

  @ApiProperty({ type: 'integer', example: 3600, description: 'Seconds until the access token expires.' })
  expires_in: number;

  @ApiProperty({ type: UserView })
  user: UserView;
}
