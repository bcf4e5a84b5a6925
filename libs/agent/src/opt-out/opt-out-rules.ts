import type { Language } from '#rules/values/language.js';
import type { OptOutRules } from './rules/language-rules.js';
import { DE } from './rules/de.js';
import { EN } from './rules/en.js';
import { ES } from './rules/es.js';
import { FR } from './rules/fr.js';
import { IT } from './rules/it.js';
import { NL } from './rules/nl.js';
import { PT } from './rules/pt.js';

export const OPT_OUT_RULES: Readonly<Record<Language, OptOutRules>> = {
  en: EN,
  de: DE,
  fr: FR,
  es: ES,
  it: IT,
  pt: PT,
  nl: NL,
};
