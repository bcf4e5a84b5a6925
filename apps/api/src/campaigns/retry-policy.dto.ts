import { applyDecorators } from '@nestjs/common';
import { ApiProperty, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { DEFAULT_RETRY_POLICY, type RetryReason } from '#rules/attempt/retry-policy.js';

const MOST_DELAYS = 10;
const LONGEST_DELAY_SECONDS = 30 * 86_400;

export class RetryDelays {
  @ApiProperty({
    type: 'array',
    items: { type: 'integer', minimum: 0, maximum: LONGEST_DELAY_SECONDS },
    maxItems: MOST_DELAYS,
    description: 'After the first, second … attempt that ended so; the last one repeats. Empty: never again.',
    example: DEFAULT_RETRY_POLICY.busy.delays_seconds,
  })
  @IsArray()
  @ArrayMaxSize(MOST_DELAYS)
  @IsInt({ each: true })
  @Min(0, { each: true })
  @Max(LONGEST_DELAY_SECONDS, { each: true })
  delays_seconds: number[];
}

function Delays(reason: RetryReason): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: RetryDelays, required: false, example: DEFAULT_RETRY_POLICY[reason] }),
    ValidateIf((_, value) => value !== undefined),
    IsObject(),
    ValidateNested(),
    Type(() => RetryDelays),
  );
}

/**
 * Delays until a person is called again, by how the attempt ended. A delay that is left out keeps its default. Each is
 * spread by ±10 %.
 */
export class RetryPolicyBody {
  @Delays('busy')
  busy?: RetryDelays;

  @Delays('no_answer')
  no_answer?: RetryDelays;

  @Delays('voicemail')
  voicemail?: RetryDelays;

  @Delays('refused')
  refused?: RetryDelays;

  @Delays('provider_error')
  provider_error?: RetryDelays;

  @Delays('lost')
  lost?: RetryDelays;
}

export class RetryDelaysPatch extends PartialType(RetryDelays) {}

function DelaysPatch(reason: RetryReason): PropertyDecorator {
  const description = 'Null: the default again.';
  return applyDecorators(
    ApiProperty({
      type: RetryDelaysPatch,
      required: false,
      nullable: true,
      description,
      example: DEFAULT_RETRY_POLICY[reason],
    }),
    IsOptional(),
    IsObject(),
    ValidateNested(),
    Type(() => RetryDelaysPatch),
  );
}

/** Changes to a retry policy, by reason; what is left out stays. */
export class RetryPolicyPatch implements Partial<Record<RetryReason, RetryDelaysPatch | null>> {
  @DelaysPatch('busy')
  busy?: RetryDelaysPatch | null;

  @DelaysPatch('no_answer')
  no_answer?: RetryDelaysPatch | null;

  @DelaysPatch('voicemail')
  voicemail?: RetryDelaysPatch | null;

  @DelaysPatch('refused')
  refused?: RetryDelaysPatch | null;

  @DelaysPatch('provider_error')
  provider_error?: RetryDelaysPatch | null;

  @DelaysPatch('lost')
  lost?: RetryDelaysPatch | null;
}
