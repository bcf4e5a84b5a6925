import { ApiProperty } from '@nestjs/swagger';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { ApiKey, type ApiKeyTerms } from '#database/entities/api-key.entity.js';
import type { ListedApiKey } from '#database/statements/access/api-keys.js';
import { SCOPES, type Scope } from '#rules/access/scope.js';
import { HasColumns } from '../fields/has-columns.js';
import { NEXT_CURSOR } from '../fields/cursor-page.js';
import { DateTimeField } from '../fields/date-time-field.js';
import { TextField } from '../fields/fields.js';

const NAME = { max: 100, example: 'CRM sync' } as const;

@HasColumns<ApiKeyTerms>(ApiKey)
export class CreateApiKeyBody {
  @TextField(NAME)
  name: string;

  @ApiProperty({
    enum: SCOPES,
    isArray: true,
    minItems: 1,
    maxItems: SCOPES.length,
    uniqueItems: true,
    example: ['campaigns:read', 'calls:read'],
  })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(SCOPES, { each: true, message: `each of scopes must be one of: ${SCOPES.join(', ')}` })
  scopes: Scope[];

  @DateTimeField({ description: 'Null: it works until it is revoked.', example: null })
  expires_at?: string | null;
}

@HasColumns<ListedApiKey>(ApiKey)
export class ApiKeyView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: NAME.example })
  name: string;

  @ApiProperty({ example: '9f3a', description: 'The end of the key.' })
  hint: string;

  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes: Scope[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  created_by: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'To the minute.' })
  last_used_at: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  revoked_at: Date | null;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    description: 'Whether the user who made it is an admin still; who made a key may know it.',
  })
  is_creator_admin: boolean | null;
}

export class NewApiKeyAnswer {
  @ApiProperty({ type: ApiKeyView })
  api_key: ApiKeyView;

  @ApiProperty({ description: 'Goes into `Authorization: Bearer …`. Shown here only.', example: 'od_live_…' })
  secret: string;
}

export class ApiKeysAnswer {
  @ApiProperty({ type: [ApiKeyView], description: 'Newest first, revoked ones too.' })
  api_keys: ApiKeyView[];

  @ApiProperty(NEXT_CURSOR)
  next_cursor: string | null;
}
