/**
 * Area codes of the USA and Canada that lie in one zone. Source: NANPA's and the CNA's lists of codes in service
 * (2026), with overlays that begin soon. Islands are in `COUNTRY_OF_AREA`.
 */
export const AREAS_IN_ONE_ZONE: Readonly<Record<string, string>> = {
  'America/New_York':
    '201 202 203 207 212 215 216 220 223 227 229 231 234 239 240 248 252 260 267 269 272 276 283 301 302 304 305 ' +
    '313 315 317 321 324 326 329 330 332 336 339 347 351 352 363 380 386 401 404 407 410 412 413 419 434 436 440 ' +
    '443 445 463 465 470 472 475 478 484 502 508 513 516 517 518 540 551 561 567 570 571 582 585 586 603 607 609 ' +
    '610 614 616 617 624 631 640 645 646 656 667 678 679 680 681 686 689 703 704 706 716 717 718 724 727 728 732 ' +
    '734 740 743 754 757 762 765 770 771 772 774 781 786 802 803 804 810 813 814 821 826 828 835 838 839 843 845 ' +
    '848 854 856 857 859 860 862 863 864 865 878 904 908 910 912 914 917 919 929 934 937 941 943 947 948 954 959 ' +
    '973 978 980 984 989',
  'America/Chicago':
    '205 210 214 217 218 224 225 228 235 251 254 256 262 274 281 309 312 314 316 318 319 320 325 327 331 337 346 ' +
    '353 361 402 405 409 414 417 430 432 447 457 464 469 471 479 501 504 507 512 515 531 534 539 557 563 572 573 ' +
    '580 601 608 612 615 618 621 629 630 636 641 651 659 660 662 682 708 712 713 715 726 730 731 737 763 769 773 ' +
    '779 806 815 816 817 830 832 847 861 870 872 901 903 913 918 920 924 931 936 938 940 945 952 956 972 975 979 985',
  'America/Denver': '303 307 385 406 435 505 575 719 720 748 801 915 970 983',
  'America/Phoenix': '480 520 602 623',
  'America/Los_Angeles':
    '206 209 213 253 279 310 323 341 350 357 360 369 408 415 424 425 442 503 509 510 530 559 562 564 619 626 628 ' +
    '650 657 661 669 702 707 714 725 738 747 760 805 818 820 831 837 840 858 909 916 925 949 951 971',
  'Pacific/Honolulu': '808',
  'America/Halifax': '428 506 782 902',
  'America/Toronto':
    '226 249 263 289 343 354 365 382 387 416 437 438 450 468 514 519 548 579 613 647 683 705 742 753 819 873 905 942',
  'America/Winnipeg': '204 431 584',
  'America/Edmonton': '368 403 587 780 825',
  'America/Vancouver': '604',
};

interface SplitArea {
  /** Area code, and its overlays: they have all its zones. */
  readonly codes: string;
  readonly zones: readonly string[];
}

const EASTERN_OR_CENTRAL = ['America/Chicago', 'America/New_York'];
const CENTRAL_OR_MOUNTAIN = ['America/Chicago', 'America/Denver'];
const MOUNTAIN_OR_PACIFIC = ['America/Boise', 'America/Los_Angeles'];

/**
 * Area codes in which clocks differ. Borders of zones are from 49 CFR part 71 and the tz database. Those of area codes
 * are from NANPA and the CNA. Towns of fewer than 1,000 people that follow a neighbour's clock by custom are not
 * counted.
 */
export const SPLIT_AREAS: readonly SplitArea[] = [
  // Alabama: Phenix City, Lanett and Valley live by the clock of Georgia.
  { codes: '334 483', zones: EASTERN_OR_CENTRAL },
  // Florida west of the Apalachicola.
  { codes: '850 448', zones: EASTERN_OR_CENTRAL },
  // Indiana: corners in the north-west and the south-west.
  { codes: '219', zones: EASTERN_OR_CENTRAL },
  { codes: '574', zones: EASTERN_OR_CENTRAL },
  { codes: '812 930', zones: EASTERN_OR_CENTRAL },
  // Kentucky: 606 has Clinton County.
  { codes: '270 364', zones: EASTERN_OR_CENTRAL },
  { codes: '606', zones: EASTERN_OR_CENTRAL },
  // Michigan: four counties at the border of Wisconsin.
  { codes: '906', zones: EASTERN_OR_CENTRAL },
  // Tennessee: Marion, Sequatchie and Bledsoe.
  { codes: '423 729', zones: EASTERN_OR_CENTRAL },
  // Kansas: four counties at the border of Colorado.
  { codes: '620', zones: CENTRAL_OR_MOUNTAIN },
  { codes: '785', zones: CENTRAL_OR_MOUNTAIN },
  // Nebraska, North and South Dakota: the west.
  { codes: '308', zones: CENTRAL_OR_MOUNTAIN },
  { codes: '605', zones: CENTRAL_OR_MOUNTAIN },
  { codes: '701', zones: CENTRAL_OR_MOUNTAIN },
  // Arizona: the Navajo Nation puts its clocks forward, the state does not.
  { codes: '928', zones: ['America/Denver', 'America/Phoenix'] },
  // Idaho: the north. Oregon: Malheur County. Nevada: West Wendover and Jackpot.
  { codes: '208 986', zones: MOUNTAIN_OR_PACIFIC },
  { codes: '541 458', zones: MOUNTAIN_OR_PACIFIC },
  { codes: '775', zones: MOUNTAIN_OR_PACIFIC },
  // Alaska: the western Aleutians.
  { codes: '907', zones: ['America/Adak', 'America/Anchorage', 'America/Juneau'] },
  // British Columbia outside 604; codes that cover the province have all its clocks.
  {
    codes: '250 236 257 672 778',
    zones: ['America/Creston', 'America/Dawson_Creek', 'America/Edmonton', 'America/Fort_Nelson', 'America/Vancouver'],
  },
  // Saskatchewan: Lloydminster goes with Alberta, Creighton with Manitoba.
  {
    codes: '306 474 639',
    zones: ['America/Edmonton', 'America/Regina', 'America/Swift_Current', 'America/Winnipeg'],
  },
  // Ontario: the north-west.
  { codes: '807', zones: ['America/Atikokan', 'America/Toronto', 'America/Winnipeg'] },
  // Quebec: the Magdalen Islands, Listuguj, and the east of the north shore.
  { codes: '418 367 581', zones: ['America/Blanc-Sablon', 'America/Halifax', 'America/Toronto'] },
  // Newfoundland, and Labrador.
  { codes: '709 879', zones: ['America/Goose_Bay', 'America/St_Johns'] },
  // Yukon, Northwest Territories, Nunavut.
  {
    codes: '867',
    zones: [
      'America/Atikokan',
      'America/Cambridge_Bay',
      'America/Dawson',
      'America/Edmonton',
      'America/Inuvik',
      'America/Iqaluit',
      'America/Rankin_Inlet',
      'America/Resolute',
      'America/Whitehorse',
    ],
  },
];

/** Area codes of the other countries under +1 (NANPA); each country has one zone. */
export const COUNTRY_OF_AREA: Readonly<Record<string, string>> = {
  AG: '268',
  AI: '264',
  AS: '684',
  BB: '246',
  BM: '441',
  BS: '242',
  DM: '767',
  DO: '809 829 849',
  GD: '473',
  GU: '671',
  JM: '658 876',
  KN: '869',
  KY: '345',
  LC: '758',
  MP: '670',
  MS: '664',
  PR: '787 939',
  SX: '721',
  TC: '649',
  TT: '868',
  VC: '784',
  VG: '284',
  VI: '340',
};

/** Zones in which most people of countries with several zones live. */
export const MAIN_ZONES: Readonly<Record<string, string>> = { US: 'America/New_York', CA: 'America/Toronto' };
