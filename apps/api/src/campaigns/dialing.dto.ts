import { ApiProperty } from '@nestjs/swagger';
import { CAMPAIGN_STATUSES, type CampaignStatus } from '#rules/campaign/campaign-status.js';
import {
  MOST_WAITING_SHOWN,
  type WaitingCampaigns,
} from '#database/statements/engine/eligibility/waiting-campaigns.js';
import { DIALING_TIMES, dialingIn, type Dialing, type DialingTime } from '#rules/campaign/dialing-time.js';

/** Tells whether a change wakes a campaign, and if not, what the client has to do. */
export class DialingView implements Dialing {
  @ApiProperty({
    enum: DIALING_TIMES,
    description:
      'When contacts that nothing else keeps from being called are called: `now` in a running campaign, else ' +
      'after what is named.',
    example: 'now',
  })
  dials: DialingTime;

  @ApiProperty({ enum: CAMPAIGN_STATUSES, example: 'running' })
  campaign_status: CampaignStatus;

  @ApiProperty({ type: String, nullable: true, description: 'What is to be done; null: nothing.', example: null })
  detail: string | null;
}

/** A campaign in which contacts wait to be called since a consent was given, or a do-not-call entry lifted. */
export class WaitingCampaignView extends DialingView {
  @ApiProperty({ format: 'uuid' })
  campaign_id: string;
}

/** Part of an answer that says in which campaigns a person waits to be called now. */
export class WaitingCampaignsView {
  @ApiProperty({
    type: [WaitingCampaignView],
    description:
      'Campaigns in which the person waits to be called now, and when the call comes; ' +
      `the newest ${MOST_WAITING_SHOWN}.`,
  })
  campaigns: WaitingCampaignView[];

  @ApiProperty({ type: 'integer', description: 'Campaigns in which the person waits, shown or not.', example: 1 })
  campaigns_total: number;
}

export function toWaitingCampaigns({ campaigns, total }: WaitingCampaigns): WaitingCampaignsView {
  const views = campaigns.map(({ campaign_id, status }) => ({ campaign_id, ...dialingIn(status) }));
  return { campaigns: views, campaigns_total: total };
}
