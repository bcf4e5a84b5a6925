import { ApiProperty } from '@nestjs/swagger';
import { IsUrl } from 'class-validator';
import {
  Consent,
  CONSENT_CHANNELS,
  CONSENT_KINDS,
  type ConsentChannel,
  type ConsentKind,
  type ConsentRow,
  type ConsentTerms,
} from '#database/entities/consent.entity.js';
import { WaitingCampaignsView } from '../campaigns/dialing.dto.js';
import { TEXT_LIMITS } from '#rules/values/text-limits.js';
import { DateTimeField } from '../fields/date-time-field.js';
import { ChoiceField, NumberParameter, NumberField, TextField } from '../fields/fields.js';
import { HasColumns } from '../fields/has-columns.js';
import { PageQuery, pageOf } from '../fields/page-query.js';

const NUMBER = '+442079460123';
const EVIDENCE = 'https://example.com/forms/4711';

@HasColumns<ConsentTerms>(Consent)
export class AddConsentBody {
  @NumberField({ description: 'E.164, or national form if the tenant has a default country.', example: NUMBER })
  phone_number: string;

  @ChoiceField({
    choices: CONSENT_KINDS,
    optional: true,
    description: 'Given unless said otherwise; the latest record of a number counts.',
    example: 'given',
  })
  kind?: ConsentKind;

  @TextField({ max: 255, description: 'Where it comes from.', example: 'Renewal form, spring 2027' })
  source: string;

  @TextField({
    max: TEXT_LIMITS.consents.wording,
    nullable: true,
    description: 'What the person agreed to.',
    example: 'Call me about my plan.',
  })
  wording?: string | null;

  @ChoiceField({ choices: CONSENT_CHANNELS, example: 'web' })
  channel: ConsentChannel;

  @TextField({ max: TEXT_LIMITS.consents.evidence_url, nullable: true, example: EVIDENCE })
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true }, { message: 'evidence_url must be an http(s) URL' })
  evidence_url?: string | null;

  @DateTimeField({ description: 'Now, unless said otherwise.', example: null })
  given_at?: string | null;

  @DateTimeField({ description: 'It is valid until then; null: until it is revoked.', example: null })
  expires_at?: string | null;
}

export class ConsentsQuery extends PageQuery {
  @NumberParameter({
    description: 'E.164, as `%2B442079460123` or `+442079460123`, or in national form.',
    example: NUMBER,
  })
  phone_number: string;
}

@HasColumns<ConsentRow>(Consent)
export class ConsentView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: NUMBER })
  phone_number: string;

  @ApiProperty({ enum: CONSENT_KINDS, example: 'given' })
  kind: ConsentKind;

  @ApiProperty({ example: 'Renewal form, spring 2027' })
  source: string;

  @ApiProperty({ type: String, nullable: true, example: 'Call me about my plan.' })
  wording: string | null;

  @ApiProperty({ enum: CONSENT_CHANNELS, example: 'web' })
  channel: ConsentChannel;

  @ApiProperty({ type: String, nullable: true, example: EVIDENCE })
  evidence_url: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  given_at: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at: Date | null;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at: Date;
}

export class ConsentAnswer extends WaitingCampaignsView {
  @ApiProperty({ type: ConsentView })
  consent: ConsentView;
}

export class ConsentsPage extends pageOf(ConsentView, { order: 'Newest first.', total: { example: 1 } }) {}
