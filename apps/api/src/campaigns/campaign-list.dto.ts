import { ApiProperty, OmitType } from '@nestjs/swagger';
import { CAMPAIGN_STATUSES, type CampaignStatus } from '#rules/campaign/campaign-status.js';
import { CursorQuery, NEXT_CURSOR } from '../fields/cursor-page.js';
import { BooleanParameter, IntegerParameter } from '../fields/fields.js';
import { ChoicesParameter } from '../fields/list-fields.js';
import { CampaignView } from './campaign-view.dto.js';
import { PROMPT } from './campaign.dto.js';

const PAGE_SIZE = 100;
const MOST = 500;

/** Fields that a list leaves out where they are large. */
export const LEFT_OUT = ['system_prompt'] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

export class CampaignsQuery extends CursorQuery {
  @IntegerParameter({
    min: 1,
    max: MOST,
    default: PAGE_SIZE,
    description: 'Campaigns on a page. One whose texts are larger than 10 MB together ends earlier.',
  })
  override page_size: number = PAGE_SIZE;

  @ChoicesParameter({
    choices: LEFT_OUT,
    description: 'Fields that are shown however large they are. Where they are not asked for, see `left_out`.',
  })
  include?: LeftOut[];

  @ChoicesParameter({
    choices: CAMPAIGN_STATUSES,
    description: 'Only campaigns of these statuses; all but archived ones where it is left out.',
  })
  status?: CampaignStatus[];

  @BooleanParameter({ description: 'Only test campaigns, or only others; both where it is left out.' })
  is_test?: boolean;
}

export class ListedCampaignView extends OmitType(CampaignView, ['system_prompt']) {
  @ApiProperty({ required: false, example: PROMPT })
  system_prompt?: string;
}

export class CampaignsAnswer {
  @ApiProperty({ type: [ListedCampaignView], description: 'Newest first.' })
  campaigns: ListedCampaignView[];

  @ApiProperty({
    enum: LEFT_OUT,
    isArray: true,
    description:
      'Fields that no campaign of this page has: `system_prompt` where the prompts of the page are larger than ' +
      '100 kB together. `include=system_prompt` asks for it; each campaign by its id has it too.',
    example: [],
  })
  left_out: LeftOut[];

  @ApiProperty({ type: 'integer', example: PAGE_SIZE })
  page_size: number;

  @ApiProperty({ type: 'integer', description: 'Of all that fit the filters.', example: 1 })
  total: number;

  @ApiProperty(NEXT_CURSOR)
  next_cursor: string | null;
}
