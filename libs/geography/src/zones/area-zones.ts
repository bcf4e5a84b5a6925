/** All zones of the country, for numbers that begin like those of an area and belong to none. */
export const WHOLE_COUNTRY = '*';

/**
 * Zones of areas, by the beginnings of their national numbers; blanks separate several beginnings or zones. The longest
 * matching beginning decides. Other numbers, above all mobile ones, may lie in all zones of the country. An area on a
 * border of zones has those of both sides. +1 is in `nanp-zones.ts`.
 */
export const ZONES_OF_AREAS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // ACMA, Telecommunications Numbering Plan 2025, schedule 2. 02: Lord Howe Island is in 65 and 55. 07: Tweed Heads and
  // Boggabilla keep the clock of Sydney. 08: Broken Hill, the Goldfields with Eucla, and Alice Springs. The exchanges
  // of Alice Springs serve the west and the south too. 85 is shared by all.
  AU: {
    '2': 'Australia/Sydney',
    '255 265': 'Australia/Sydney Australia/Lord_Howe',
    '3': 'Australia/Melbourne Australia/Hobart',
    '7': 'Australia/Brisbane Australia/Lindeman',
    '745 746 755 756': 'Australia/Brisbane Australia/Sydney',
    '85': 'Australia/Adelaide Australia/Broken_Hill Australia/Darwin Australia/Eucla Australia/Perth',
    '86 89': 'Australia/Perth',
    '890': 'Australia/Perth Australia/Eucla',
    '87 88': 'Australia/Adelaide Australia/Broken_Hill',
    '887': 'Australia/Adelaide Australia/Melbourne',
    '879 889': 'Australia/Darwin',
    '8895': 'Australia/Darwin Australia/Adelaide Australia/Perth',
  },
  // Anatel, Plano Geral de Códigos Nacionais: two digits, for fixed and mobile numbers. Noronha has 81.
  BR: {
    '11 12 13 14 15 16 17 18 19 21 22 24 27 28 31 32 33 34 35 37 38': 'America/Sao_Paulo',
    '41 42 43 44 45 46 47 48 49 51 53 54 55 61 62 64': 'America/Sao_Paulo',
    '63': 'America/Araguaina America/Sao_Paulo',
    '65 66': 'America/Cuiaba',
    '67': 'America/Campo_Grande',
    '68': 'America/Rio_Branco',
    '69': 'America/Porto_Velho',
    '71 73 74 75 77': 'America/Bahia',
    '79 82': 'America/Maceio',
    '81': 'America/Recife America/Noronha',
    '87': 'America/Recife',
    '83 84 85 86 88 89 98 99': 'America/Fortaleza',
    '91 94 96': 'America/Belem',
    '93': 'America/Santarem',
    '92': 'America/Manaus',
    '95': 'America/Boa_Vista',
    '97': 'America/Manaus America/Eirunepe America/Rio_Branco',
  },
  // ARPTC, national numbering plan: 1 Kinshasa, 2 Katanga, 3 Bas-Congo and Bandundu. 4 is Kasai, 5 Kivu, 6 Orientale
  // and Équateur, of which the last has the western clock.
  CD: { '1 3': 'Africa/Kinshasa', '2 5': 'Africa/Lubumbashi', '4 6': 'Africa/Kinshasa Africa/Lubumbashi' },
  // Subtel, Plan Técnico Fundamental de Numeración. Easter Island has numbers of 32, once of 39.
  CL: {
    '2 33 34 35 41 42 43 45 51 52 53 55 57 58 63 64 65 71 72 73 75': 'America/Santiago',
    '32 39': 'America/Santiago Pacific/Easter',
    '61 67': 'America/Punta_Arenas America/Coyhaique',
  },
  // MIIT, numbering plan: fixed numbers, but for 400 and 800. Xinjiang has 90x and 99x, and lives by two clocks.
  CN: {
    '10 2 3 4 5 6 7 8 9': 'Asia/Shanghai',
    '90 99 400 800 95': WHOLE_COUNTRY,
    '951 952 953 954 955': 'Asia/Shanghai',
  },
  // Arcotel, Plan Técnico Fundamental de Numeración: the Galápagos share 5 with Manabí and Los Ríos.
  EC: { '2 3 4 6 7': 'America/Guayaquil', '5': WHOLE_COUNTRY },
  // CNMC, Plan Nacional de Numeración: 928, 922 and 828, 822 are the Canary Islands; 956 and 856 have Ceuta.
  ES: {
    '81 82 83 84 85 86 87 88 91 92 93 94 95 96 97 98': 'Europe/Madrid',
    '822 828 922 928': 'Atlantic/Canary',
    '856 956': 'Europe/Madrid Africa/Ceuta',
  },
  // FSM Telecommunications: 320 Pohnpei, 330 Chuuk, 350 Yap, 370 Kosrae.
  FM: { '32': 'Pacific/Pohnpei', '33 35': 'Pacific/Chuuk', '37': 'Pacific/Kosrae' },
  // Tele-Post, nummerplan: 97 Qaanaaq and Pituffik, 99 Ittoqqortoormiit.
  GL: {
    '31 32 33 34 35 36 38 6 81 82 83 84 85 86 87 88 89 9': 'America/Nuuk',
    '97': 'America/Nuuk America/Thule',
    '99': 'America/Nuuk America/Scoresbysund',
  },
  // Kominfo, Fundamental Technical Plan: area codes of fixed numbers. Kalimantan (5) has two clocks; 526 and what is
  // not listed of it may have either.
  ID: {
    '2 31 32 33 34 35 6 7': 'Asia/Jakarta',
    '36 37 38 4': 'Asia/Makassar',
    '534 535 561 562 563 564 565 567 568': 'Asia/Pontianak',
    '513 519 522 525 528 531 532 536 537 538 539': 'Asia/Pontianak Asia/Jakarta',
    '511 512 517 518 527 541 542 543 545 548 549 551 552 553 554 556': 'Asia/Makassar',
    '9': 'Asia/Jayapura',
  },
  // Palestinian numbers are reached under +972 too; Gaza and the West Bank change their clocks on other days.
  IL: { '22 42 56 59 82 92': 'Asia/Jerusalem Asia/Gaza Asia/Hebron' },
  // CRC, national numbering plan: 1 and 2 before the province. 42, 43, 45, 46 and 48 are the west.
  MN: {
    '11 12 21 22 13 23 15 25': 'Asia/Ulaanbaatar',
    '142 143 145 146 148 242 243 245 246 248': 'Asia/Hovd',
  },
  // IFT, Plan Nacional de Numeración, and the Ley de los Husos Horarios of 2022 with the border municipalities. Area
  // codes for fixed and mobile numbers; all of 2, 4, 5 and 7 are in the centre.
  MX: {
    '2 3 4 5 7': 'America/Mexico_City',
    '200 201 300 500 600 700 800 900': WHOLE_COUNTRY,
    '311 319 323 324 325 389': 'America/Mazatlan',
    '322 327 329': 'America/Bahia_Banderas America/Mazatlan America/Mexico_City',
    '612 613 624': 'America/Mazatlan',
    '615': 'America/Mazatlan America/Tijuana',
    '616 646 658 661 663 664 665 686': 'America/Tijuana',
    '618 671 674 675 676 677': 'America/Monterrey',
    '622 623 631 632 633 634 637 638 641 642 643 644 645 647 651 662': 'America/Hermosillo',
    '653': 'America/Hermosillo America/Tijuana',
    '614 625 627 628 629 635 639 648 652 659': 'America/Chihuahua',
    '621': 'America/Chihuahua America/Ojinaga America/Ciudad_Juarez',
    '626': 'America/Ojinaga America/Chihuahua',
    '636': 'America/Chihuahua America/Ciudad_Juarez',
    '649': 'America/Chihuahua America/Monterrey America/Mazatlan',
    '656 657': 'America/Ciudad_Juarez',
    '667 668 669 672 673 687 694 695 696 697 698': 'America/Mazatlan',
    '8': 'America/Monterrey',
    '867 868 877 878 894 899': 'America/Matamoros',
    '862 864 869 873 891 892 893 897': 'America/Matamoros America/Monterrey',
    '9': 'America/Merida America/Mexico_City',
    '983 985 997': 'America/Cancun America/Merida',
    '984 987 998': 'America/Cancun',
  },
  // ACMA: 1 is the Australian Antarctic Territory, where each station has a clock.
  NF: { '1': 'Antarctica/Casey Antarctica/Davis Antarctica/Macquarie Antarctica/Mawson Pacific/Norfolk' },
  // New Zealand Telecommunications Forum, Number Register: 03 305 is Chatham.
  NZ: { '3 4 6 7 9': 'Pacific/Auckland', '3305': 'Pacific/Chatham', '900': WHOLE_COUNTRY },
  // OPT, plan de numérotation: 404 to 408 the Society Islands; 409 the other archipelagos.
  PF: { '404 405 406 408': 'Pacific/Tahiti' },
  // NICTA, numbering plan: 97 is Bougainville.
  PG: { '2 3 4 5 6 9': 'Pacific/Port_Moresby', '97': 'Pacific/Bougainville Pacific/Port_Moresby' },
  // ANACOM, Plano Nacional de Numeração: 291 Madeira, 292, 295 and 296 the Azores.
  PT: { '2': 'Europe/Lisbon', '291': 'Atlantic/Madeira', '292 295 296': 'Atlantic/Azores', '20': WHOLE_COUNTRY },
  // Russian numbering plan (ABC codes). Yakutia (411) has three clocks. 840 and 940 are Abkhazia, on Moscow's.
  RU: {
    '301 395': 'Asia/Irkutsk',
    '302': 'Asia/Chita',
    '341': 'Europe/Samara',
    '342 343 345 346 347 349 351 352 353': 'Asia/Yekaterinburg',
    '365 869': 'Europe/Simferopol Europe/Moscow',
    '381': 'Asia/Omsk',
    '382': 'Asia/Tomsk',
    '383': 'Asia/Novosibirsk',
    '384': 'Asia/Novokuznetsk',
    '385 388': 'Asia/Barnaul',
    '390 391 394': 'Asia/Krasnoyarsk',
    '401': 'Europe/Kaliningrad',
    '411': 'Asia/Yakutsk Asia/Khandyga Asia/Srednekolymsk Asia/Ust-Nera Asia/Vladivostok',
    '413': 'Asia/Magadan',
    '415': 'Asia/Kamchatka',
    '416': 'Asia/Yakutsk',
    '421 423 426': 'Asia/Vladivostok',
    '424': 'Asia/Sakhalin Asia/Srednekolymsk',
    '427': 'Asia/Anadyr',
    '471 472 473 474 475 481 482 483 484 485 486 487 491 492 493 494 495 496 498 499': 'Europe/Moscow',
    '811 812 813 814 815 816 817 818 820 821 831 834 835 836 840 841 843 847 855 940': 'Europe/Moscow',
    '861 862 863 865 866 867 871 872 873 877 878 879': 'Europe/Moscow',
    '833': 'Europe/Kirov',
    '842': 'Europe/Ulyanovsk',
    '844': 'Europe/Volgograd',
    '845': 'Europe/Saratov',
    '846 848': 'Europe/Samara',
    '851': 'Europe/Astrakhan',
  },
  // BTK, numbering plan: 392 is Northern Cyprus, and so are these blocks of mobile numbers.
  TR: { '392': 'Asia/Famagusta', '5338 5428 5488': 'Asia/Famagusta Europe/Istanbul' },
  // NCEC, numbering plan: 65 and 692 are Crimea, 62 and 64 the Donbas, which live by Moscow's clock where occupied.
  UA: {
    '31 32 33 34 35 36 37 38 41 43 44 45 46 47 48 49 51 52 53 54 56 57 58': 'Europe/Kyiv',
    '55 61 62 64 65 69': WHOLE_COUNTRY,
  },
};
