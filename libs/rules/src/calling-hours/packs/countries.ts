import { ANY_HOUR, type RulePack, weekOf } from './rule-pack.js';

const CHECKED_ON = '2026-11-30';

export const COUNTRY_PACKS: readonly RulePack[] = [
  {
    id: 'us',
    jurisdiction: 'US',
    version: '2026.1',
    effective_from: '2020-01-01',
    checked_on: '2026-11-23',
    source: '47 CFR 64.1200(c)(1) (Telephone Consumer Protection Act)',
    hours: weekOf(['08:00', '21:00']),
    closed_on_public_holidays: false,
    words: [],
  },
  {
    id: 'ca',
    jurisdiction: 'CA',
    version: '2026.2',
    effective_from: '2020-01-01',
    checked_on: '2026-11-23',
    source: 'CRTC Unsolicited Telecommunications Rules, Part III (telemarketing) and Part IV (automatic devices)',
    hours: weekOf(['09:00', '21:30'], { sat: ['10:00', '18:00'], sun: ['10:00', '18:00'] }),
    closed_on_public_holidays: false,
    words: [
      {
        kind: 'recording_notice',
        source: 'PIPEDA, Schedule 1, principles 4.2.3 and 4.3',
        effective_from: '2020-01-01',
        checked_on: CHECKED_ON,
      },
    ],
  },
  {
    id: 'gb',
    jurisdiction: 'GB',
    version: '2026.2',
    effective_from: '2020-01-01',
    checked_on: '2026-11-23',
    source: 'Industry code, not a statute: Direct Marketing Association, telemarketing guide',
    hours: weekOf(['08:00', '21:00'], { sat: ['09:00', '21:00'], sun: null }),
    closed_on_public_holidays: true,
    words: [
      {
        kind: 'recording_notice',
        source: 'UK GDPR art. 13(1); SI 2018/356, reasonable efforts to inform',
        effective_from: '2020-01-01',
        checked_on: CHECKED_ON,
      },
    ],
  },
  {
    id: 'eu',
    jurisdiction: 'EU',
    version: '2026.1',
    effective_from: '2020-01-01',
    checked_on: CHECKED_ON,
    source: 'No hours of its own; what a call has to begin with',
    hours: weekOf(ANY_HOUR),
    closed_on_public_holidays: false,
    words: [
      {
        kind: 'disclosure',
        source: 'Regulation (EU) 2024/1689 (AI Act) art. 50(1) and (5), applies by art. 113',
        effective_from: '2026-08-02',
        checked_on: CHECKED_ON,
      },
      {
        kind: 'recording_notice',
        source: 'Regulation (EU) 2016/679 (GDPR) art. 13(1); in Germany also StGB § 201',
        effective_from: '2020-01-01',
        checked_on: CHECKED_ON,
      },
    ],
  },
  {
    id: 'ch',
    jurisdiction: 'CH',
    version: '2026.1',
    effective_from: '2020-01-01',
    checked_on: CHECKED_ON,
    source: 'No hours of its own; what a call has to begin with',
    hours: weekOf(ANY_HOUR),
    closed_on_public_holidays: false,
    words: [
      {
        kind: 'recording_notice',
        source: 'Swiss Criminal Code art. 179ter, consent of all who take part',
        effective_from: '2020-01-01',
        checked_on: CHECKED_ON,
      },
    ],
  },
];
