import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, IsString, Matches, ValidateIf, ValidateNested } from 'class-validator';
import {
  TelephonyAccount,
  type AccountTerms,
  type TelephonyAccountRow,
} from '#database/entities/telephony-account.entity.js';
import { ACCOUNT_PROVIDERS, type AccountProvider } from '#telephony/port/account-credentials.js';
import { MaxCharacters } from '../fields/characters.js';
import { CountriesField } from '../fields/countries-field.js';
import { NEXT_CURSOR } from '../fields/cursor-page.js';
import { IntegerField, TextField } from '../fields/fields.js';
import { HasColumns } from '../fields/has-columns.js';

const NAME = { max: 100, example: 'Our Twilio' } as const;
const PACE = {
  min: 1,
  max: 1000,
  nullable: true,
  description:
    'Calls that may be placed over it a second, of all campaigns together: as many as the provider lets it; null: ' +
    '1 for Twilio, which lets a new account place no more, no limit for Vapi.',
  example: 5,
} as const;
const COUNTRIES =
  'Countries that may be called over it, `*` for all; null: the default_country of the tenant alone, and nothing ' +
  'while there is none.';
const LONGEST_SECRET = 255;

interface SecretOptions {
  readonly description: string;
  readonly pattern: RegExp;
  readonly shape: string;
  readonly optional?: boolean;
}

/**
 * Accepts a secret that goes into a header of a request: ASCII without blanks. Documents no example, since it could be
 * taken for a real secret.
 */
function SecretField({ description, pattern, shape, optional = false }: SecretOptions): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, description, writeOnly: true, required: !optional, maxLength: LONGEST_SECRET }),
    ...(optional ? [ValidateIf((_, value) => value !== undefined)] : []),
    IsString(),
    MaxCharacters(LONGEST_SECRET),
    Matches(pattern, { message: ({ property }) => `${property} must be ${shape}` }),
  );
}

const ANY = { pattern: /^[\x21-\x7e]+$/, shape: 'printable ASCII without blanks' } as const;

export class TwilioCredentialsBody {
  @SecretField({ description: 'AC and 32 digits.', pattern: /^AC[0-9a-f]{32}$/, shape: 'AC and 32 hexadecimal digits' })
  account_sid: string;

  @SecretField({ description: "The account's primary token: Twilio signs its webhooks with it.", ...ANY })
  auth_token: string;

  @SecretField({
    description: 'Requests are made with this key instead of the token, if given; then with its secret.',
    pattern: /^SK[0-9a-f]{32}$/,
    shape: 'SK and 32 hexadecimal digits',
    optional: true,
  })
  api_key_sid?: string;

  @SecretField({ description: 'Of api_key_sid.', ...ANY, optional: true })
  api_key_secret?: string;
}

export class VapiCredentialsBody {
  @SecretField({ description: 'A private key of the organisation.', ...ANY })
  api_key: string;

  @SecretField({
    description:
      'What Vapi says with each webhook: only for an organisation that has set up a server credential of its own ' +
      '(a bearer token). Else one is made.',
    pattern: /^[\x21-\x7e]{16,}$/,
    shape: 'at least 16 characters of printable ASCII without blanks',
    optional: true,
  })
  webhook_secret?: string;
}

const TWILIO_EXAMPLE = { account_sid: `AC${'0'.repeat(32)}`, auth_token: 'of-the-account' } as const;
const VAPI_EXAMPLE = { api_key: 'of-the-organisation' } as const;

interface CredentialsOptions {
  readonly description: string;
  readonly example: object;
}

function CredentialsField(type: () => new () => object, options: CredentialsOptions): PropertyDecorator {
  return applyDecorators(
    // Swagger takes a function for a lazy type only if it is written as one here.
    ApiProperty({ type: () => type(), required: false, ...options }),
    ValidateIf((_, value) => value !== undefined),
    IsObject(),
    ValidateNested(),
    Type(type),
  );
}

const SETTINGS = { name: NAME.example, calls_per_second: PACE.example, allowed_countries: ['GB', 'IE'] } as const;

/** Examples of bodies, one for each provider. */
export const ACCOUNT_EXAMPLES = {
  twilio: { summary: 'With Twilio', value: { ...SETTINGS, twilio: TWILIO_EXAMPLE } },
  vapi: { summary: 'With Vapi', value: { ...SETTINGS, name: 'Our Vapi', vapi: VAPI_EXAMPLE } },
};

/** Examples of edits. None has new credentials, since those must be of the present account. */
export const ACCOUNT_CHANGES = {
  rename: { summary: 'Another name', value: { name: 'Our other Twilio' } },
  limit: { summary: 'Other limits', value: { calls_per_second: 10, allowed_countries: ['GB'] } },
};

type BodyColumns = AccountTerms & Record<AccountProvider, unknown>;

@HasColumns<BodyColumns>(TelephonyAccount)
export class CreateTelephonyAccountBody {
  @TextField(NAME)
  name: string;

  @CredentialsField(() => TwilioCredentialsBody, {
    description: 'For an account with Twilio.',
    example: TWILIO_EXAMPLE,
  })
  twilio?: TwilioCredentialsBody;

  @CredentialsField(() => VapiCredentialsBody, { description: 'For an organisation in Vapi.', example: VAPI_EXAMPLE })
  vapi?: VapiCredentialsBody;

  @IntegerField(PACE)
  calls_per_second?: number | null;

  @CountriesField(COUNTRIES)
  allowed_countries?: string[] | null;
}

/** Edit of a telephony account; a field that is left out keeps its value. */
@HasColumns<BodyColumns>(TelephonyAccount)
export class UpdateTelephonyAccountBody {
  @TextField({ ...NAME, optional: true })
  name?: string;

  @CredentialsField(() => TwilioCredentialsBody, {
    description:
      'All of them anew, not merged: halves of two credentials fit no account. account_sid must stay: calls are ' +
      'looked for in the account that they were placed over. Another account with Twilio is brought as one more ' +
      'telephony account.',
    example: TWILIO_EXAMPLE,
  })
  twilio?: TwilioCredentialsBody;

  @CredentialsField(() => VapiCredentialsBody, {
    description:
      'All of them anew, not merged, with a key of the same organisation: live calls are looked for with it. ' +
      'webhook_secret stays if it is left out, and is required where the one before cannot be read any more ' +
      '(has_readable_credentials is false).',
    example: VAPI_EXAMPLE,
  })
  vapi?: VapiCredentialsBody;

  @IntegerField(PACE)
  calls_per_second?: number | null;

  @CountriesField(COUNTRIES)
  allowed_countries?: string[] | null;
}

@HasColumns<TelephonyAccountRow & Record<'has_readable_credentials', unknown>>(TelephonyAccount)
export class TelephonyAccountView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: NAME.example })
  name: string;

  @ApiProperty({ enum: ACCOUNT_PROVIDERS, example: 'twilio' })
  provider: AccountProvider;

  @ApiProperty({ example: '9f3a', description: 'The end of the account SID, or of the key. No more is ever shown.' })
  hint: string;

  @ApiProperty({ type: 'integer', nullable: true, example: PACE.example })
  calls_per_second: number | null;

  @ApiProperty({ type: [String], nullable: true, description: COUNTRIES, example: ['GB', 'IE'] })
  allowed_countries: string[] | null;

  @ApiProperty({
    example: true,
    description:
      'False: the key that its credentials were stored under is not here any more; nobody calls over it until ' +
      'they are given again, all of them, or the operator has found the key.',
  })
  has_readable_credentials: boolean;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  updated_at: Date;
}

export class TelephonyAccountAnswer {
  @ApiProperty({ type: TelephonyAccountView })
  telephony_account: TelephonyAccountView;
}

export class TelephonyAccountsAnswer {
  @ApiProperty({ type: [TelephonyAccountView], description: 'Oldest first.' })
  telephony_accounts: TelephonyAccountView[];

  @ApiProperty(NEXT_CURSOR)
  next_cursor: string | null;
}
