import { ApiProperty } from '@nestjs/swagger';
import { BooleanField, TextField } from '../fields/fields.js';

export class EngageKillSwitchBody {
  @TextField({
    max: 255,
    nullable: true,
    description: 'Shown wherever it keeps something from being dialed.',
    example: 'Wrong list',
  })
  reason?: string | null;

  @BooleanField({
    optional: true,
    default: false,
    description: 'End the live calls, within seconds.',
    example: true,
  })
  hangup_in_flight?: boolean;
}

export class ReleaseKillSwitchBody {
  @BooleanField({
    optional: true,
    default: false,
    description: 'Resume the campaigns that it paused; else they stay paused until each is resumed.',
    example: true,
  })
  resume_campaigns?: boolean;
}

export class KillSwitchAnswer {
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null while it is not engaged.' })
  engaged_at: Date | null;

  @ApiProperty({ type: String, nullable: true, example: 'Wrong list' })
  reason: string | null;
}

export class EngagedAnswer extends KillSwitchAnswer {
  @ApiProperty({ type: 'integer', description: 'Campaigns that were running and are paused now.', example: 3 })
  paused_campaigns: number;

  @ApiProperty({ type: 'integer', description: 'Calls that are still live; no more will follow.', example: 7 })
  in_flight: number;
}

export class ReleasedAnswer extends KillSwitchAnswer {
  @ApiProperty({ type: 'integer', description: 'Campaigns that run again.', example: 3 })
  resumed_campaigns: number;
}
