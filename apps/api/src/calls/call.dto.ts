import { ApiProperty } from '@nestjs/swagger';
import { Equals } from 'class-validator';
import { Call, type CallRow } from '#database/entities/call.entity.js';
import type { CallDecision } from '#rules/eligibility/call-decision.js';
import { CALL_STATUSES, type CallStatus } from '#rules/call/call-status.js';
import { FIRST_WORDS_SAID, type FirstWordsSaid } from '#rules/first-words/first-words.js';
import { ANSWERED_BY, OUTCOMES, type AnsweredBy, type Outcome } from '#rules/call/outcome.js';
import { HasColumns } from '../fields/has-columns.js';

@HasColumns<CallRow>(Call)
export class CallView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  tenant_id: string;

  @ApiProperty({ format: 'uuid' })
  campaign_id: string;

  @ApiProperty({ format: 'uuid', description: 'The contact.' })
  lead_id: string;

  @ApiProperty({ format: 'uuid' })
  dialer_job_id: string;

  @ApiProperty({ description: 'A call of a test campaign: it went over the simulator.', example: false })
  is_test: boolean;

  @ApiProperty({ type: 'integer', description: 'Which attempt to reach the contact this was, from 1.', example: 1 })
  attempt: number;

  @ApiProperty({ example: '+447700900102' })
  phone_number: string;

  @ApiProperty({ enum: CALL_STATUSES, example: 'completed' })
  status: CallStatus;

  @ApiProperty({ type: String, enum: OUTCOMES, nullable: true, example: 'goal_reached' })
  outcome: Outcome | null;

  @ApiProperty({ type: String, enum: ANSWERED_BY, nullable: true, example: 'human' })
  answered_by: AnsweredBy | null;

  @ApiProperty({ type: String, nullable: true, description: "The provider's own word.", example: 'customer_hung_up' })
  end_reason: string | null;

  @ApiProperty({ example: 'simulator' })
  provider: string;

  @ApiProperty({ type: String, nullable: true })
  provider_call_id: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: "The telephony account that it was placed over; null: the installation's own.",
  })
  telephony_account_id: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The caller id that it was placed with.',
    example: '+442079460000',
  })
  from_number: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  started_at: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  answered_at: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  ended_at: Date | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the person asked to be called again, with `callback_requested`.',
  })
  callback_at: Date | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'From answer to end; 0 or null if it was not answered.',
    example: 42,
  })
  duration_seconds: number | null;

  @ApiProperty({
    type: String,
    format: 'uri-reference',
    nullable: true,
    description: 'Where this API serves the recording.',
  })
  recording_url: string | null;

  @ApiProperty({ type: String, nullable: true })
  transcript: string | null;

  @ApiProperty({ type: String, nullable: true })
  summary: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description:
      'Why it was allowed, as it stood when the call was committed: the zones and rule packs that were asked and ' +
      'the opening they gave, when the do-not-call list was looked at, the consent, the gap and the cap; and ' +
      'what was to be said first (`first_words`): each sentence with its variables, whose text it is, and its ' +
      'language.',
  })
  decision: CallDecision | null;

  @ApiProperty({
    type: String,
    enum: FIRST_WORDS_SAID,
    nullable: true,
    description:
      'Whether disclosure and recording notice were said, as far as the provider tells. `said`: the conversation ' +
      'begins with them, or the prompt was played to its end. `not_whole`: the conversation does not show them ' +
      'whole. `not_answered`: nobody answered. `untold`: the call was answered, and the provider does not tell ' +
      'what was heard. Null: there were none to say, or the call goes on.',
    example: 'said',
  })
  first_words_said: FirstWordsSaid | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'What the provider charges, to four places.',
    example: 0.014,
  })
  cost: number | null;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  updated_at: Date;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  recording_id: string | null;
}

class TurnView {
  @ApiProperty({ enum: ['agent', 'person'] })
  role: 'agent' | 'person';

  @ApiProperty({ example: 'Hello, this is Example Voice. Am I speaking with Ada?' })
  text: string;

  @ApiProperty({ description: 'After the answer.', example: 1.2 })
  seconds_from_start: number;
}

export class TranscriptAnswer {
  @ApiProperty({ format: 'uuid' })
  call_id: string;

  @ApiProperty({ type: [TurnView], description: 'By turn.' })
  turns: readonly TurnView[];

  @ApiProperty({ description: 'As one text.', example: 'Agent: Hello …\nPerson: Speaking.' })
  text: string;
}

export class DispositionBody {
  @ApiProperty({ enum: [true], description: 'The person has asked not to be called again.', example: true })
  @Equals(true, { message: 'opt_out must be true' })
  opt_out: true;
}

export class DispositionAnswer {
  @ApiProperty({ example: '+442079460123', description: 'On the do-not-call list now.' })
  phone_number: string;

  @ApiProperty({ type: 'integer', description: 'In all campaigns.', example: 2 })
  contacts_suppressed: number;
}
