/** Zones of a country that has several, as in the tz database's zone.tab. */
interface CountryZones {
  /** Zones; most people of the country live in the first one. */
  readonly zones: readonly [string, ...string[]];
  /** Zones of zone.tab that are left out because nobody lives there whom a campaign could call, with the reason. */
  readonly leftOut?: Readonly<Record<string, string>>;
}

/** Source: the tz database's zone.tab, 2025b (public domain). The USA and Canada are in `nanp-zones.ts`. */
export const COUNTRIES_WITH_ZONES: Readonly<Record<string, CountryZones>> = {
  AR: {
    zones: [
      'America/Argentina/Buenos_Aires',
      'America/Argentina/Catamarca',
      'America/Argentina/Cordoba',
      'America/Argentina/Jujuy',
      'America/Argentina/La_Rioja',
      'America/Argentina/Mendoza',
      'America/Argentina/Rio_Gallegos',
      'America/Argentina/Salta',
      'America/Argentina/San_Juan',
      'America/Argentina/San_Luis',
      'America/Argentina/Tucuman',
      'America/Argentina/Ushuaia',
    ],
  },
  AU: {
    zones: [
      'Australia/Sydney',
      'Australia/Adelaide',
      'Australia/Brisbane',
      'Australia/Broken_Hill',
      'Australia/Darwin',
      'Australia/Eucla',
      'Australia/Hobart',
      'Australia/Lindeman',
      'Australia/Lord_Howe',
      'Australia/Melbourne',
      'Australia/Perth',
    ],
    leftOut: {
      'Antarctica/Macquarie': 'a research station',
    },
  },
  BR: {
    zones: [
      'America/Sao_Paulo',
      'America/Araguaina',
      'America/Bahia',
      'America/Belem',
      'America/Boa_Vista',
      'America/Campo_Grande',
      'America/Cuiaba',
      'America/Eirunepe',
      'America/Fortaleza',
      'America/Maceio',
      'America/Manaus',
      'America/Noronha',
      'America/Porto_Velho',
      'America/Recife',
      'America/Rio_Branco',
      'America/Santarem',
    ],
  },
  CD: { zones: ['Africa/Kinshasa', 'Africa/Lubumbashi'] },
  CL: { zones: ['America/Santiago', 'America/Coyhaique', 'America/Punta_Arenas', 'Pacific/Easter'] },
  CN: { zones: ['Asia/Shanghai', 'Asia/Urumqi'] },
  CY: { zones: ['Asia/Nicosia', 'Asia/Famagusta'] },
  DE: { zones: ['Europe/Berlin', 'Europe/Busingen'] },
  EC: { zones: ['America/Guayaquil', 'Pacific/Galapagos'] },
  ES: { zones: ['Europe/Madrid', 'Africa/Ceuta', 'Atlantic/Canary'] },
  FM: { zones: ['Pacific/Chuuk', 'Pacific/Kosrae', 'Pacific/Pohnpei'] },
  GL: {
    zones: ['America/Nuuk', 'America/Scoresbysund', 'America/Thule'],
    leftOut: { 'America/Danmarkshavn': 'a weather station' },
  },
  ID: { zones: ['Asia/Jakarta', 'Asia/Jayapura', 'Asia/Makassar', 'Asia/Pontianak'] },
  KI: { zones: ['Pacific/Tarawa', 'Pacific/Kanton', 'Pacific/Kiritimati'] },
  KZ: {
    zones: ['Asia/Almaty', 'Asia/Aqtau', 'Asia/Aqtobe', 'Asia/Atyrau', 'Asia/Oral', 'Asia/Qostanay', 'Asia/Qyzylorda'],
  },
  MH: { zones: ['Pacific/Majuro', 'Pacific/Kwajalein'] },
  MN: { zones: ['Asia/Ulaanbaatar', 'Asia/Hovd'] },
  MX: {
    zones: [
      'America/Mexico_City',
      'America/Bahia_Banderas',
      'America/Cancun',
      'America/Chihuahua',
      'America/Ciudad_Juarez',
      'America/Hermosillo',
      'America/Matamoros',
      'America/Mazatlan',
      'America/Merida',
      'America/Monterrey',
      'America/Ojinaga',
      'America/Tijuana',
    ],
  },
  MY: { zones: ['Asia/Kuala_Lumpur', 'Asia/Kuching'] },
  NZ: { zones: ['Pacific/Auckland', 'Pacific/Chatham'] },
  PF: { zones: ['Pacific/Tahiti', 'Pacific/Gambier', 'Pacific/Marquesas'] },
  PG: { zones: ['Pacific/Port_Moresby', 'Pacific/Bougainville'] },
  PS: { zones: ['Asia/Hebron', 'Asia/Gaza'] },
  PT: { zones: ['Europe/Lisbon', 'Atlantic/Azores', 'Atlantic/Madeira'] },
  RU: {
    zones: [
      'Europe/Moscow',
      'Asia/Anadyr',
      'Asia/Barnaul',
      'Asia/Chita',
      'Asia/Irkutsk',
      'Asia/Kamchatka',
      'Asia/Khandyga',
      'Asia/Krasnoyarsk',
      'Asia/Magadan',
      'Asia/Novokuznetsk',
      'Asia/Novosibirsk',
      'Asia/Omsk',
      'Asia/Sakhalin',
      'Asia/Srednekolymsk',
      'Asia/Tomsk',
      'Asia/Ust-Nera',
      'Asia/Vladivostok',
      'Asia/Yakutsk',
      'Asia/Yekaterinburg',
      'Europe/Astrakhan',
      'Europe/Kaliningrad',
      'Europe/Kirov',
      'Europe/Samara',
      'Europe/Saratov',
      'Europe/Ulyanovsk',
      'Europe/Volgograd',
    ],
  },
  UA: { zones: ['Europe/Kyiv', 'Europe/Simferopol'] },
  UZ: { zones: ['Asia/Tashkent', 'Asia/Samarkand'] },
};

/** Zones by the name that a runtime with an older tz database has for the same clock. */
export const OLDER_NAME: Readonly<Record<string, string>> = {
  // Since 2025b; Aysén has had the clock of Magallanes since March 2025.
  'America/Coyhaique': 'America/Punta_Arenas',
};
