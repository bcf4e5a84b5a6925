import { ApiProperty } from '@nestjs/swagger';
import { GATE_NAMES } from '#rules/gate/gate.js';
import { PREMISES, type Verdict } from '#rules/eligibility/eligibility.js';

const CODES = [...PREMISES, ...GATE_NAMES, 'zone_unknown'] as const;

export class GateVerdict {
  @ApiProperty({ enum: CODES, example: 'dnc' })
  code: Verdict['code'];

  @ApiProperty({ example: true })
  is_open: boolean;

  @ApiProperty({ example: 'Open.' })
  detail: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it may open; null when it is open, or does not open by itself.',
    example: null,
  })
  until: Date | null;
}

export class LocalTime {
  @ApiProperty({ example: 'Europe/London' })
  zone: string;

  @ApiProperty({ example: '2027-03-01T09:00:00+00:00' })
  local_time: string;
}

export class RulePackVersion {
  @ApiProperty({ example: 'us-fl' })
  id: string;

  @ApiProperty({ example: '2026.1' })
  version: string;
}

export class HoursView {
  @ApiProperty({ type: [LocalTime], description: 'Every zone in which the person may be; all of them must be open.' })
  zones: LocalTime[];

  @ApiProperty({ type: [RulePackVersion], description: 'Rule packs that had a say.' })
  packs: RulePackVersion[];

  @ApiProperty({
    type: String,
    nullable: true,
    enum: ['window', 'blackout_date', 'public_holiday', 'rule_pack', 'zone_unknown'],
    description: 'What keeps it closed now; null when it is open.',
    example: null,
  })
  closed_by: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Of the present or next opening.' })
  opens_at: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  closes_at: Date | null;
}

export class EligibilityAnswer {
  @ApiProperty({ format: 'uuid' })
  campaign_id: string;

  @ApiProperty({ format: 'uuid' })
  contact_id: string;

  @ApiProperty({ description: 'It is called as soon as a slot is free.', example: true })
  is_eligible: boolean;

  @ApiProperty({
    type: String,
    enum: CODES,
    nullable: true,
    description: 'The first gate that is shut.',
    example: null,
  })
  code: Verdict['code'] | null;

  @ApiProperty({ example: 'It is called as soon as a slot is free.' })
  detail: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When all gates may be open; null when one of them does not open by itself.',
  })
  next_eligible_at: Date | null;

  @ApiProperty({ type: [GateVerdict], description: 'In the order in which they are asked.' })
  verdicts: GateVerdict[];

  @ApiProperty({ type: HoursView })
  hours: HoursView;
}
