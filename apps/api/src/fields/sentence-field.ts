import { applyDecorators } from '@nestjs/common';
import { ValidateBy } from 'class-validator';
import { LONGEST_SENTENCE, sentenceProblem } from '#rules/first-words/sentences.js';
import { isStorable } from '#rules/values/storable.js';
import { TextField } from './fields.js';

/** A sentence that calls begin with: text, "" to switch it off, or null for whose it is otherwise. */
export function SentenceField(description: string, example: string): PropertyDecorator {
  return applyDecorators(
    TextField({ min: 0, max: LONGEST_SENTENCE, nullable: true, description, example }),
    ValidateBy({
      name: 'sentence',
      validator: {
        validate: (value: unknown) =>
          typeof value !== 'string' || !isStorable(value) || sentenceProblem(value) === null,
        defaultMessage: (context) => `${context?.property} ${sentenceProblem(String(context?.value))}`,
      },
    }),
  );
}
