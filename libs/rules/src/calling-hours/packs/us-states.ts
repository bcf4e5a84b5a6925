import { ANY_HOUR, type RequiredWords, type RulePack, weekOf } from './rule-pack.js';

const WORDS_CHECKED_ON = '2026-11-30';

type StateRule = Pick<RulePack, 'source' | 'hours'> &
  Partial<Pick<RulePack, 'effective_from' | 'closed_on_public_holidays'>>;

/** Rules of states that are stricter than the federal one. A rule for automatic devices alone says so. */
const RULES: Readonly<Record<string, StateRule>> = {
  AL: {
    source: 'Ala. Admin. Code r. 770-X-5-.17(1)(b), automated solicitations',
    hours: weekOf(['08:00', '20:00'], { sun: null }),
    closed_on_public_holidays: true,
  },
  CT: { source: 'Conn. Gen. Stat. § 42-288a', hours: weekOf(['09:00', '20:00']), effective_from: '2023-10-01' },
  FL: { source: 'Fla. Stat. § 501.616(6)(a)', hours: weekOf(['08:00', '20:00']), effective_from: '2021-07-01' },
  KY: { source: 'Ky. Rev. Stat. § 367.46955', hours: weekOf(['10:00', '21:00']) },
  LA: {
    source: 'Louisiana Public Service Commission, General Order R-29617 (La. R.S. 45:844.11 and following)',
    hours: weekOf(['08:00', '20:00'], { sun: null }),
    closed_on_public_holidays: true,
  },
  MA: { source: '201 Code Mass. Regs. 12.02(2) (M.G.L. c. 159C)', hours: weekOf(['08:00', '20:00']) },
  MD: {
    source: 'Md. Code, Com. Law § 14-4502 (Stop the Spam Calls Act of 2023)',
    hours: weekOf(['08:00', '20:00']),
    effective_from: '2024-01-01',
  },
  MN: { source: 'Minn. Stat. § 325E.30', hours: weekOf(['09:00', '21:00']) },
  MS: { source: 'Miss. Code § 77-3-723(1)', hours: weekOf(['08:00', '20:00'], { sun: null }) },
  NM: { source: 'N.M. Stat. § 57-12-22(B)(5)', hours: weekOf(['09:00', '21:00']) },
  NV: { source: 'Nev. Rev. Stat. § 597.814(2)(a), automatic devices', hours: weekOf(['09:00', '21:00']) },
  OK: {
    source: 'Okla. Stat. tit. 15, § 775C.4 (Telephone Solicitation Act of 2022)',
    hours: weekOf(['08:00', '20:00']),
    effective_from: '2022-11-01',
  },
  RI: {
    source: 'R.I. Gen. Laws §§ 5-61-2(2), 5-61-3.6',
    hours: weekOf(['09:00', '18:00'], { sat: ['10:00', '17:00'], sun: null }),
    closed_on_public_holidays: true,
  },
  SC: { source: 'S.C. Code § 16-17-446(C)(3), automatic devices', hours: weekOf(['08:00', '19:00']) },
  SD: {
    source: 'S.D. Codified Laws § 37-30-28, automatic devices, weekdays only',
    hours: weekOf(['09:00', '21:00'], { sat: null, sun: null }),
  },
  TX: {
    source: 'Tex. Bus. & Com. Code § 301.051',
    hours: weekOf(['09:00', '21:00'], { sun: ['12:00', '21:00'] }),
  },
  UT: {
    source: 'Utah Code § 13-25a-103(3)',
    hours: weekOf(['08:00', '21:00'], { sun: null }),
    closed_on_public_holidays: true,
  },
  WA: { source: 'Wash. Rev. Code § 19.158.040(2)', hours: weekOf(['08:00', '20:00']) },
};

type StateWords = Pick<RequiredWords, 'kind' | 'source'> & Partial<Pick<RequiredWords, 'effective_from'>>;

/** Returns a rule by which all parties of a call must know, or agree, that it is recorded. */
function recording(source: string): StateWords {
  return { kind: 'recording_notice', source };
}

/** Sentences with which a call to a state must begin. */
const WORDS: Readonly<Record<string, readonly StateWords[]>> = {
  CA: [
    {
      kind: 'disclosure',
      source: 'Cal. Pub. Util. Code § 2874 (artificial voices: AB 2905); Cal. Bus. & Prof. Code § 17941 (bots, online)',
      effective_from: '2025-01-01',
    },
    recording('Cal. Penal Code §§ 632, 632.7'),
  ],
  CT: [recording('Conn. Gen. Stat. § 52-570d')],
  DE: [recording('Del. Code tit. 11, § 1335(a)(4)')],
  FL: [recording('Fla. Stat. § 934.03(2)(d)')],
  IL: [recording('720 Ill. Comp. Stat. 5/14-2')],
  MA: [recording('Mass. Gen. Laws c. 272, § 99')],
  MD: [recording('Md. Code, Cts. & Jud. Proc. § 10-402')],
  MT: [recording('Mont. Code § 45-8-213')],
  NH: [recording('N.H. Rev. Stat. § 570-A:2')],
  NV: [recording('Nev. Rev. Stat. § 200.620')],
  PA: [recording('18 Pa. Cons. Stat. §§ 5703, 5704(4)')],
  WA: [recording('Wash. Rev. Code § 9.73.030')],
};

const WORDS_ALONE: StateRule = {
  source: 'No hours of its own; what a call has to begin with',
  hours: weekOf(ANY_HOUR),
};

export const US_STATE_PACKS: readonly RulePack[] = [...new Set([...Object.keys(RULES), ...Object.keys(WORDS)])].map(
  (state) => ({
    id: `us-${state.toLowerCase()}`,
    jurisdiction: `US-${state}`,
    version: state in WORDS ? '2026.2' : '2026.1',
    effective_from: '2020-01-01',
    checked_on: state in RULES ? '2026-11-23' : WORDS_CHECKED_ON,
    closed_on_public_holidays: false,
    words: (WORDS[state] ?? []).map((rule) => ({
      effective_from: '2020-01-01',
      checked_on: WORDS_CHECKED_ON,
      ...rule,
    })),
    ...(RULES[state] ?? WORDS_ALONE),
  }),
);
