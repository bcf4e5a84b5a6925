import { ApiProperty } from '@nestjs/swagger';
import { CallerId, type CallerIdRow, type CallerIdTerms } from '#database/entities/caller-id.entity.js';
import { MOST_CALLER_IDS } from '#rules/route/caller-id-choice.js';
import { BooleanField, IntegerField, IntegerParameter, NumberField } from '../fields/fields.js';
import { HasColumns } from '../fields/has-columns.js';
import { CursorParameter } from '../fields/list-fields.js';
import { UuidField } from '../fields/uuid-field.js';

const NUMBER = '+442079460000';
const CAP = {
  min: 1,
  max: 100_000,
  nullable: true,
  description: 'Calls from it a day (UTC), of all campaigns together; null: no limit.',
  example: 200,
} as const;

@HasColumns<Omit<CallerIdTerms, 'is_active'> & Pick<CallerId, 'phone_number' | 'telephony_account_id'>>(CallerId)
export class CreateCallerIdBody {
  @NumberField({ description: 'With its country code.', example: NUMBER })
  phone_number: string;

  @UuidField("Of which account it is a number; null: of the installation's own provider.")
  telephony_account_id?: string | null;

  @IntegerField(CAP)
  daily_cap?: number | null;
}

/** Edit of a caller id; a field that is left out keeps its value. */
@HasColumns<CallerIdTerms>(CallerId)
export class UpdateCallerIdBody {
  @IntegerField(CAP)
  daily_cap?: number | null;

  @BooleanField({ optional: true, description: 'Whether calls may come from it.', example: false })
  is_active?: boolean;
}

@HasColumns<CallerIdRow>(CallerId)
export class CallerIdView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: NUMBER })
  phone_number: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  telephony_account_id: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: CAP.example })
  daily_cap: number | null;

  @ApiProperty({ example: true })
  is_active: boolean;

  @ApiProperty({ type: 'integer', description: 'Since midnight UTC.', example: 12 })
  calls_today: number;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at: Date;
}

export class CallerIdAnswer {
  @ApiProperty({ type: CallerIdView })
  caller_id: CallerIdView;
}

/** Query of a page, which has a whole pool unless the client asks for less. */
export class CallerIdsQuery {
  @IntegerParameter({ min: 1, max: MOST_CALLER_IDS, default: MOST_CALLER_IDS, description: 'Numbers on a page.' })
  page_size: number = MOST_CALLER_IDS;

  @CursorParameter()
  cursor?: string;
}

export class CallerIdsAnswer {
  @ApiProperty({ type: [CallerIdView], description: 'Oldest first.' })
  caller_ids: CallerIdView[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Hand it back as `cursor` for what follows; null: there is no more.',
  })
  next_cursor: string | null;
}
