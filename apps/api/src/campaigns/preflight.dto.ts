import { ApiProperty } from '@nestjs/swagger';
import type { WordsObstacle, WordsWarning } from '#rules/first-words/lacking-words.js';
import { WORDS_KINDS, type WordsKind } from '#rules/first-words/sentences.js';
import { GATE_NAMES } from '#rules/gate/gate.js';
import { ROUTE_OBSTACLES, type RouteObstacle } from '#rules/route/route-obstacle.js';
import { DOMAIN_ERRORS } from '#rules/errors/domain-error.js';
import type { PreflightReason } from '#rules/eligibility/preflight.js';
import type { TemplateWarning } from '#rules/template/template-findings.js';
import { TEMPLATE_NAMES, TemplateWarnings } from './template-warning.dto.js';

const CODES = [...GATE_NAMES, 'zone_unknown', 'never_open', 'waiting_retry'] as const;

export const WIDEN_HOURS =
  'The numbers may lie in several time zones, and are called only while it is open in all of them. ' +
  "Give the contacts' `timezone` where it is known: it replaces the number's zones.";

export class WhenCounts {
  @ApiProperty({ type: 'integer', description: 'As soon as slots are free.', example: 120 })
  now: number;

  @ApiProperty({ type: 'integer', description: 'Within 24 hours.', example: 300 })
  later_today: number;

  @ApiProperty({ type: 'integer', example: 4 })
  later: number;

  @ApiProperty({ type: 'integer', description: 'Not as things stand.', example: 6 })
  never: number;
}

export class PreflightReasonView {
  @ApiProperty({ enum: CODES, example: 'outside_window' })
  code: PreflightReason;

  @ApiProperty({ type: 'integer', example: 300 })
  contacts: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the first of them may be called.',
  })
  until: Date | null;
}

export class MissingVariable {
  @ApiProperty({ example: 'custom_fields.plan' })
  variable: string;

  @ApiProperty({ type: 'integer', description: 'Contacts that have no value for it: it is left out.', example: 3 })
  contacts: number;
}

export class RouteObstacleView {
  @ApiProperty({ enum: ROUTE_OBSTACLES, example: 'caller_id_missing' })
  code: RouteObstacle['code'];

  @ApiProperty({ description: 'Of the campaign.', example: 'from_number' })
  field: string;

  @ApiProperty({ example: DOMAIN_ERRORS.caller_id_missing })
  detail: string;
}

export class NarrowedHoursView {
  @ApiProperty({ type: String, nullable: true, description: 'Of the numbers, ISO 3166-1.', example: 'AU' })
  country: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'ISO 3166-2, where the number tells.', example: null })
  region: string | null;

  @ApiProperty({ type: 'integer', example: 120 })
  contacts: number;

  @ApiProperty({
    type: [String],
    description: 'All zones in which the numbers may lie.',
    example: ['Australia/Perth', 'Australia/Sydney'],
  })
  zones: readonly string[];

  @ApiProperty({ description: 'By the clock of this zone are `from` and `to`.', example: 'Australia/Sydney' })
  clock: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'When the present or next opening begins; null: never, as things stand.',
    example: '11:00',
  })
  from: string | null;

  @ApiProperty({ type: String, nullable: true, example: '21:00' })
  to: string | null;

  @ApiProperty({ type: 'integer', description: 'Minutes of that opening.', example: 600 })
  open_minutes: number;

  @ApiProperty({
    type: 'integer',
    description: 'Minutes of the same day, were the contacts known to live by `clock`.',
    example: 780,
  })
  minutes_in_one_zone: number;

  @ApiProperty({ example: WIDEN_HOURS })
  detail: string;
}

const SENTENCE_SOURCES = ['campaign', 'tenant', 'default', 'prompt'] as const;

export class SentenceView {
  @ApiProperty({ type: String, nullable: true, description: 'With its variables; null: it is not said.' })
  text: string | null;

  @ApiProperty({
    enum: SENTENCE_SOURCES,
    description: "Whose text it is, or who has none. `prompt`: the operator's provider plays a recorded prompt.",
    example: 'default',
  })
  source: (typeof SENTENCE_SOURCES)[number];

  @ApiProperty({ type: String, nullable: true, description: 'Null: nobody has stated it.', example: 'en' })
  language: string | null;
}

export class WordsObstacleView {
  @ApiProperty({ enum: ['no_disclosure'], description: 'As `start` rejects it.' })
  code: 'no_disclosure';

  @ApiProperty({ enum: WORDS_KINDS, description: 'Of the campaign.', example: 'disclosure' })
  field: WordsKind;

  @ApiProperty({ type: [String], description: 'That ask for it, with their versions.', example: ['eu@2026.1'] })
  packs: WordsObstacle['packs'];

  @ApiProperty()
  detail: string;
}

export class WordsWarningView {
  @ApiProperty({ type: String, example: 'disclosure_off' })
  code: WordsWarning['code'];

  @ApiProperty({ enum: WORDS_KINDS, description: 'Of the campaign.', example: 'disclosure' })
  field: WordsKind;

  @ApiProperty()
  detail: string;
}

export class FirstWordsView {
  @ApiProperty({ type: SentenceView })
  disclosure: SentenceView;

  @ApiProperty({ type: SentenceView, nullable: true, description: 'Null: its calls are not recorded.' })
  recording_notice: SentenceView | null;

  @ApiProperty({ type: WordsObstacleView, nullable: true, description: 'What would keep it from being started.' })
  obstacle: WordsObstacleView | null;

  @ApiProperty({ type: [WordsWarningView], description: 'What is not said although no rule pack asks for it.' })
  warnings: WordsWarningView[];
}

export class PreflightAnswer {
  @ApiProperty({ format: 'uuid' })
  campaign_id: string;

  @ApiProperty({ type: WhenCounts, description: 'Contacts that wait, by when they would be called.' })
  contacts: WhenCounts;

  @ApiProperty({ type: [PreflightReasonView], description: 'Why not now.' })
  reasons: PreflightReasonView[];

  @ApiProperty({
    type: [NarrowedHoursView],
    description: 'Contacts whose day is shorter since their numbers may lie in several zones, most contacts first.',
  })
  narrowed_hours: NarrowedHoursView[];

  @ApiProperty({
    type: RouteObstacleView,
    nullable: true,
    description: 'What would keep it from being started at all.',
  })
  line_obstacle: RouteObstacleView | null;

  @ApiProperty({ type: FirstWordsView, description: 'What its calls say before anything else.' })
  first_words: FirstWordsView;

  @ApiProperty({
    type: [MissingVariable],
    description:
      `Variables of ${TEMPLATE_NAMES} without a fallback for which some waiting contacts have no value; of the ` +
      'first 100.',
  })
  missing_variables: MissingVariable[];

  @TemplateWarnings()
  warnings: readonly TemplateWarning[];

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Mean seconds for which an attempt occupies a slot; null before the first has ended.',
    example: 48.5,
  })
  mean_attempt_seconds: number | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When everybody has been called once, from slots, mean and hours; null while nothing is known of the mean.',
  })
  estimated_finish_at: Date | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Of calling everybody once, from the mean so far.',
    example: 12.4,
  })
  estimated_cost: number | null;
}
