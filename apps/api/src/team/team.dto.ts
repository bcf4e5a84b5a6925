import { ApiProperty } from '@nestjs/swagger';
import { OneTimeLink, type InvitationRow } from '#database/entities/one-time-link.entity.js';
import { UserProfile, type TeamUserRow } from '#database/entities/user-profile.entity.js';
import type { UserEdits } from '#database/statements/access/team.js';
import type { NormalEmail } from '#rules/lead/email.js';
import { ROLES, type Role } from '#rules/access/role.js';
import { ONE_TIME_TOKEN } from '../auth/auth.dto.js';
import { NewPasswordField } from '../auth/new-password-field.js';
import { EMAIL, AccountEmailField } from '../fields/email-field.js';
import { HasColumns } from '../fields/has-columns.js';
import { NEXT_CURSOR } from '../fields/cursor-page.js';
import { BooleanField, ChoiceField, TextField } from '../fields/fields.js';

const NAME = { max: 255, nullable: true, example: 'Ada' } as const;
const ROLE_HELP = 'admin: everything in the tenant · user: works with campaigns · viewer: reads.';

@HasColumns<TeamUserRow>(UserProfile)
export class TeamUserView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: EMAIL.example })
  email: string;

  @ApiProperty({ type: String, nullable: true, example: NAME.example })
  name: string | null;

  @ApiProperty({ enum: ROLES, description: ROLE_HELP })
  role: Role;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Since when this user is kept out.' })
  deactivated_at: Date | null;
}

export class TeamAnswer {
  @ApiProperty({ type: [TeamUserView], description: 'Oldest first.' })
  users: TeamUserView[];

  @ApiProperty(NEXT_CURSOR)
  next_cursor: string | null;
}

export class TeamUserAnswer {
  @ApiProperty({ type: TeamUserView })
  user: TeamUserView;

  @ApiProperty({ type: [String], description: 'Ids of API keys that this has revoked.', example: [] })
  revoked_api_keys: string[];

  @ApiProperty({ type: [String], description: 'Ids of invitations that this has withdrawn.', example: [] })
  withdrawn_invitations: string[];
}

@HasColumns<UserEdits & Record<'keep_api_keys', unknown>>(UserProfile)
export class UpdateUserBody {
  @ChoiceField({ choices: ROLES, optional: true, description: ROLE_HELP, example: 'user' })
  role?: Role;

  @TextField(NAME)
  name?: string | null;

  @BooleanField({
    optional: true,
    example: true,
    description: 'False keeps the user out, at once and with every session; true lets them in again.',
  })
  is_active?: boolean;

  @BooleanField({
    optional: true,
    example: false,
    description:
      'Of a user who is deactivated or no admin any more: true leaves the API keys that they made as they are. ' +
      'Whoever made a key may know it.',
  })
  keep_api_keys?: boolean;
}

@HasColumns<Pick<InvitationRow, 'email' | 'role'>>(OneTimeLink)
export class InviteBody {
  @AccountEmailField({ ...EMAIL, example: 'colleague@example.com' })
  email: NormalEmail;

  @ChoiceField({ choices: ROLES, description: ROLE_HELP, example: 'user' })
  role: Role;
}

@HasColumns<InvitationRow>(OneTimeLink)
export class InvitationView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: EMAIL.example })
  email: string;

  @ApiProperty({ enum: ROLES })
  role: Role;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  expires_at: Date;
}

export class InvitationAnswer {
  @ApiProperty({ type: InvitationView })
  invitation: InvitationView;

  @ApiProperty({
    description: 'Works once; shown here only. It went to `ACCOUNT_WEBHOOK_URL` as well, where that is set.',
    example: 'http://127.0.0.1:3000/docs#purpose=invitation&token=ot_…',
  })
  link: string;
}

export class InvitationsAnswer {
  @ApiProperty({ type: [InvitationView], description: 'Those that can still be used, newest first.' })
  invitations: InvitationView[];

  @ApiProperty(NEXT_CURSOR)
  next_cursor: string | null;
}

export class AcceptInvitationBody {
  @TextField(ONE_TIME_TOKEN)
  token: string;

  @NewPasswordField()
  password: string;

  @TextField(NAME)
  name?: string | null;
}
