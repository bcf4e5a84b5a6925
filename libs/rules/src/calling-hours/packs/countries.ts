import { type RulePack, weekOf } from './rule-pack.js';

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
  },
  {
    id: 'ca',
    jurisdiction: 'CA',
    version: '2026.1',
    effective_from: '2020-01-01',
    checked_on: '2026-11-23',
    source: 'CRTC Unsolicited Telecommunications Rules, Part III (telemarketing) and Part IV (automatic devices)',
    hours: weekOf(['09:00', '21:30'], { sat: ['10:00', '18:00'], sun: ['10:00', '18:00'] }),
    closed_on_public_holidays: false,
  },
  {
    id: 'gb',
    jurisdiction: 'GB',
    version: '2026.1',
    effective_from: '2020-01-01',
    checked_on: '2026-11-23',
    source: 'Industry code, not a statute: Direct Marketing Association, telemarketing guide',
    hours: weekOf(['08:00', '21:00'], { sat: ['09:00', '21:00'], sun: null }),
    closed_on_public_holidays: true,
  },
];
