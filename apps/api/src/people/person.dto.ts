import { ApiProperty, PickType } from '@nestjs/swagger';
import { CallView } from '../calls/call.dto.js';
import { ConsentView } from '../consents/consent.dto.js';
import { ContactView } from '../contacts/contact.dto.js';
import { DncEntryView } from '../dnc/dnc.dto.js';
import { NumberField } from '../fields/fields.js';

const NUMBER = '+442079460123';

export class PersonBody {
  @NumberField({
    description: 'E.164, or national form if the tenant has a default country.',
    example: NUMBER,
  })
  phone_number: string;
}

export class ErasedRowsView {
  @ApiProperty({ type: 'integer', description: 'In all campaigns.', example: 2 })
  contacts: number;

  @ApiProperty({ type: 'integer', description: 'They stay, of nobody.', example: 3 })
  calls: number;

  @ApiProperty({ type: 'integer', example: 1 })
  transcripts: number;

  @ApiProperty({ type: 'integer', example: 1 })
  recordings: number;

  @ApiProperty({ type: 'integer', example: 1 })
  consents: number;
}

export class ProviderRecordingView {
  @ApiProperty({ format: 'uuid' })
  call_id: string;

  @ApiProperty({ example: 'simulator' })
  provider: string;

  @ApiProperty({ type: String, nullable: true })
  provider_call_id: string | null;
}

export class ErasureAnswer {
  @ApiProperty({ type: ErasedRowsView })
  erased: ErasedRowsView;

  @ApiProperty({
    type: [ProviderRecordingView],
    description:
      'Recordings that a provider made and keeps: it must be asked to delete them. Those of the SIP engine of ' +
      'another host go within the hour.',
  })
  left_with_providers: ProviderRecordingView[];
}

export class ExportedContactView extends PickType(ContactView, [
  'id',
  'campaign_id',
  'first_name',
  'last_name',
  'email',
  'timezone',
  'custom_fields',
  'status',
  'outcome',
  'call_attempts',
  'created_at',
  'last_called_at',
] as const) {
  @ApiProperty({ example: 'Spring renewals' })
  campaign_name: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    nullable: true,
    description: 'Contacts that an upgrade has merged into this one, since their numbers ring one line, as they were.',
  })
  merged_contacts: object[] | null;
}

export class ExportedCallView extends PickType(CallView, [
  'id',
  'campaign_id',
  'status',
  'outcome',
  'started_at',
  'answered_at',
  'ended_at',
  'duration_seconds',
  'recording_url',
  'transcript',
  'summary',
] as const) {
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true }, nullable: true })
  messages: Record<string, unknown>[] | null;
}

export class PersonExport {
  @ApiProperty({ example: NUMBER })
  phone_number: string;

  @ApiProperty({ type: String, format: 'date-time' })
  exported_at: Date;

  @ApiProperty({ type: [ExportedContactView] })
  contacts: ExportedContactView[];

  @ApiProperty({ type: [ExportedCallView] })
  calls: ExportedCallView[];

  @ApiProperty({ type: [ConsentView] })
  consents: ConsentView[];

  @ApiProperty({ type: DncEntryView, nullable: true })
  dnc_entry: DncEntryView | null;
}
