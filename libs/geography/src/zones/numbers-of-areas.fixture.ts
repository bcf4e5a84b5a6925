/**
 * Numbers of towns whose clock is known. They were written down one by one from the regulators' numbering plans and the
 * tz database's descriptions of its zones. They do not come from the tables under test. `x`: any digit.
 */
export interface AreaNumbers {
  readonly country: string;
  readonly area: string;
  readonly zone: string;
  readonly numbers: readonly string[];
}

/** Rows of country, town, zone and national numbers. */
const ROWS = `
AU|Sydney|Australia/Sydney|292xxxxxx 280xxxxxx 412xxxxxx 498xxxxxx
AU|Lord Howe Island|Australia/Lord_Howe|265632xxx 4271xxxxx
AU|Melbourne|Australia/Melbourne|396xxxxxx 385xxxxxx 403xxxxxx
AU|Hobart|Australia/Hobart|362xxxxxx 3623xxxxx 437xxxxxx
AU|Brisbane|Australia/Brisbane|732xxxxxx 730xxxxxx 421xxxxxx
AU|Tweed Heads|Australia/Sydney|755xxxxxx 7559xxxxx
AU|Boggabilla|Australia/Sydney|74676xxxx
AU|Adelaide|Australia/Adelaide|882xxxxxx 871xxxxxx 883xxxxxx 411xxxxxx
AU|Broken Hill|Australia/Broken_Hill|880xxxxxx 8808xxxxx 429xxxxxx
AU|Darwin|Australia/Darwin|8898xxxxx 8794xxxxx 401xxxxxx
AU|Warburton|Australia/Perth|88956xxxx
AU|Perth|Australia/Perth|892xxxxxx 894xxxxxx 861xxxxxx 893xxxxxx 404xxxxxx 417xxxxxx 458xxxxxx
AU|Eucla|Australia/Eucla|89039xxxx 428xxxxxx
CX|Christmas Island|Indian/Christmas|89164xxxx
CC|Cocos Islands|Indian/Cocos|89162xxxx
BR|São Paulo|America/Sao_Paulo|113xxxxxxx 119xxxxxxxx 193xxxxxxx
BR|Rio de Janeiro|America/Sao_Paulo|212xxxxxxx 219xxxxxxxx
BR|Salvador|America/Bahia|713xxxxxxx 719xxxxxxxx
BR|Recife|America/Recife|813xxxxxxx 819xxxxxxxx
BR|Fernando de Noronha|America/Noronha|813619xxxx 819xxxxxxxx
BR|Fortaleza|America/Fortaleza|853xxxxxxx 859xxxxxxxx
BR|Belém|America/Belem|913xxxxxxx 919xxxxxxxx
BR|Palmas|America/Araguaina|633xxxxxxx 639xxxxxxxx
BR|Manaus|America/Manaus|923xxxxxxx 929xxxxxxxx
BR|Eirunepé|America/Eirunepe|973xxxxxxx 979xxxxxxxx
BR|Boa Vista|America/Boa_Vista|953xxxxxxx 959xxxxxxxx
BR|Cuiabá|America/Cuiaba|653xxxxxxx 659xxxxxxxx 669xxxxxxxx
BR|Campo Grande|America/Campo_Grande|673xxxxxxx 679xxxxxxxx
BR|Porto Velho|America/Porto_Velho|693xxxxxxx 699xxxxxxxx
BR|Rio Branco|America/Rio_Branco|683xxxxxxx 689xxxxxxxx
CD|Kinshasa|Africa/Kinshasa|1xxxxxx 81xxxxxxx 99xxxxxxx
CD|Lubumbashi|Africa/Lubumbashi|2xxxxxx 97xxxxxxx 82xxxxxxx
CD|Bukavu|Africa/Lubumbashi|5xxxxxx 85xxxxxxx
CD|Kananga|Africa/Lubumbashi|4xxxxxx
CD|Kisangani|Africa/Lubumbashi|6xxxxxx
CD|Mbandaka|Africa/Kinshasa|6xxxxxx 89xxxxxxx
CL|Santiago|America/Santiago|22xxxxxxx 23xxxxxxx 9xxxxxxxx
CL|Valparaíso|America/Santiago|322xxxxxx
CL|Easter Island|Pacific/Easter|32210xxxx 32255xxxx 95xxxxxxx
CL|Punta Arenas|America/Punta_Arenas|612xxxxxx 96xxxxxxx
CL|Coyhaique|America/Punta_Arenas|672xxxxxx 98xxxxxxx
CL|Arica|America/Santiago|582xxxxxx
CN|Beijing|Asia/Shanghai|106xxxxxxx 138xxxxxxxx
CN|Guangzhou|Asia/Shanghai|203xxxxxxx 159xxxxxxxx
CN|Lhasa|Asia/Shanghai|8916xxxxxx 189xxxxxxxx
CN|Ürümqi|Asia/Urumqi|9912xxxxxx 139xxxxxxxx 186xxxxxxxx
CN|Hotan|Asia/Urumqi|9032xxxxxx
CY|Nicosia|Asia/Nicosia|22xxxxxx 99xxxxxx
TR|Lefkoşa|Asia/Famagusta|392xxxxxxx 5338xxxxxx 5428xxxxxx 5488xxxxxx
TR|Istanbul|Europe/Istanbul|212xxxxxxx 532xxxxxxx 5338xxxxxx
DE|Büsingen|Europe/Busingen|7734xxxx 1511xxxxxxx
EC|Quito|America/Guayaquil|22xxxxxx 99xxxxxxx
EC|Santa Cruz, Galápagos|Pacific/Galapagos|5252xxxx 5301xxxx 98xxxxxxx
EC|Portoviejo|America/Guayaquil|526xxxxx
ES|Madrid|Europe/Madrid|91xxxxxxx 81xxxxxxx 6xxxxxxxx
ES|Las Palmas|Atlantic/Canary|928xxxxxx 828xxxxxx 61xxxxxxx 71xxxxxxx
ES|Tenerife|Atlantic/Canary|922xxxxxx 822xxxxxx 65xxxxxxx
ES|Ceuta|Africa/Ceuta|956xxxxxx 856xxxxxx 62xxxxxxx
FM|Kolonia|Pacific/Pohnpei|320xxxx 92xxxxx
FM|Weno|Pacific/Chuuk|330xxxx 93xxxxx
FM|Colonia, Yap|Pacific/Chuuk|350xxxx 95xxxxx
FM|Tofol|Pacific/Kosrae|370xxxx 97xxxxx
GL|Nuuk|America/Nuuk|32xxxx 54xxxx 23xxxx
GL|Qaanaaq and Pituffik|America/Thule|97xxxx 49xxxx
GL|Ittoqqortoormiit|America/Scoresbysund|99xxxx 58xxxx
ID|Jakarta|Asia/Jakarta|21xxxxxxxx 811xxxxxxx 812xxxxxxxx
ID|Medan|Asia/Jakarta|61xxxxxxx 813xxxxxxxx
ID|Pontianak|Asia/Pontianak|561xxxxxx 852xxxxxxxx
ID|Palangka Raya|Asia/Pontianak|536xxxxxxx 821xxxxxxxx
ID|Banjarmasin|Asia/Makassar|511xxxxxxx 815xxxxxxxx
ID|Balikpapan|Asia/Makassar|542xxxxxx 816xxxxxxx
ID|Denpasar|Asia/Makassar|361xxxxxx 817xxxxxxx 818xxxxxxx
ID|Makassar|Asia/Makassar|411xxxxxxx 823xxxxxxxx
ID|Jayapura|Asia/Jayapura|967xxxxxx 822xxxxxxxx
ID|Ambon|Asia/Jayapura|911xxxxxx 853xxxxxxxx
KI|South Tarawa|Pacific/Tarawa|750xxxxx 72xxxxxx
KI|Kiritimati|Pacific/Kiritimati|750xxxxx 73xxxxxx
KZ|Almaty|Asia/Almaty|727xxxxxxx 701xxxxxxx 777xxxxxxx
KZ|Astana|Asia/Almaty|717xxxxxxx 705xxxxxxx
KZ|Oral|Asia/Oral|711xxxxxxx 771xxxxxxx
KZ|Aqtau|Asia/Aqtau|729xxxxxxx 747xxxxxxx
MA|Rabat|Africa/Casablanca|537xxxxxx 612xxxxxx 661xxxxxx
EH|Laayoune|Africa/El_Aaiun|5288xxxxx 5289xxxxx
MN|Ulaanbaatar|Asia/Ulaanbaatar|11xxxxxx 99xxxxxx 70xxxxxx
MN|Khovd|Asia/Hovd|143xxxxx 1432xxxxx 88xxxxxx
MN|Ölgii|Asia/Hovd|142xxxxx 95xxxxxx
MX|Ciudad de México|America/Mexico_City|55xxxxxxxx 56xxxxxxxx
MX|Guadalajara|America/Mexico_City|33xxxxxxxx
MX|Monterrey|America/Monterrey|81xxxxxxxx
MX|Mérida|America/Merida|999xxxxxxx 990xxxxxxx
MX|Cancún|America/Cancun|998xxxxxxx 984xxxxxxx 983xxxxxxx 987xxxxxxx
MX|José María Morelos|America/Cancun|997xxxxxxx
MX|Tijuana|America/Tijuana|664xxxxxxx 663xxxxxxx 661xxxxxxx 665xxxxxxx
MX|Mexicali|America/Tijuana|686xxxxxxx
MX|Ensenada|America/Tijuana|646xxxxxxx 616xxxxxxx
MX|La Paz|America/Mazatlan|612xxxxxxx
MX|Guerrero Negro|America/Mazatlan|615xxxxxxx
MX|Los Cabos|America/Mazatlan|624xxxxxxx
MX|Hermosillo|America/Hermosillo|662xxxxxxx 631xxxxxxx 644xxxxxxx
MX|San Luis Río Colorado|America/Hermosillo|653xxxxxxx
MX|Chihuahua|America/Chihuahua|614xxxxxxx
MX|Ciudad Juárez|America/Ciudad_Juarez|656xxxxxxx 657xxxxxxx
MX|Ascensión|America/Ciudad_Juarez|636xxxxxxx
MX|Ojinaga|America/Ojinaga|626xxxxxxx
MX|Culiacán|America/Mazatlan|667xxxxxxx
MX|Mazatlán|America/Mazatlan|669xxxxxxx
MX|Tepic|America/Mazatlan|311xxxxxxx
MX|Compostela|America/Mazatlan|327xxxxxxx
MX|Bahía de Banderas|America/Bahia_Banderas|322xxxxxxx 329xxxxxxx
MX|Nuevo Laredo|America/Matamoros|867xxxxxxx
MX|Reynosa|America/Matamoros|899xxxxxxx
MX|Matamoros|America/Matamoros|868xxxxxxx
MX|Piedras Negras|America/Matamoros|878xxxxxxx
MX|Ciudad Acuña|America/Matamoros|877xxxxxxx
MX|Allende, Coahuila|America/Matamoros|862xxxxxxx
MX|Ciudad Mier|America/Matamoros|897xxxxxxx
MX|Durango|America/Monterrey|618xxxxxxx
MX|Saltillo|America/Monterrey|844xxxxxxx
MX|Ciudad Victoria|America/Monterrey|834xxxxxxx
MY|Kuching|Asia/Kuching|82xxxxxx 13xxxxxxx
MY|Kuala Lumpur|Asia/Kuala_Lumpur|32xxxxxxx 12xxxxxxx
NZ|Auckland|Pacific/Auckland|93xxxxxx 21xxxxxxx
NZ|Christchurch|Pacific/Auckland|33xxxxxx 27xxxxxxx
NZ|Chatham Islands|Pacific/Chatham|3305xxxx 22xxxxxxx
PF|Papeete|Pacific/Tahiti|4042xxxx 87xxxxxx
PF|Nuku Hiva|Pacific/Marquesas|4092xxxx 89xxxxxx
PF|Rikitea|Pacific/Gambier|4097xxxx 88xxxxxx
PG|Port Moresby|Pacific/Port_Moresby|3xxxxxx 7xxxxxxx
PG|Buka|Pacific/Bougainville|973xxxx 72xxxxxx
PS|Gaza|Asia/Gaza|82xxxxxx 599xxxxxx
PS|Ramallah|Asia/Hebron|22xxxxxx 569xxxxxx
IL|Gaza, over +972|Asia/Gaza|599xxxxxx 82xxxxxx
IL|Tel Aviv|Asia/Jerusalem|3xxxxxxx 54xxxxxxx 52xxxxxxx
PT|Lisboa|Europe/Lisbon|21xxxxxxx 91xxxxxxx
PT|Funchal|Atlantic/Madeira|291xxxxxx 96xxxxxxx
PT|Ponta Delgada|Atlantic/Azores|296xxxxxx 93xxxxxxx 92xxxxxxx
PT|Angra do Heroísmo|Atlantic/Azores|295xxxxxx
RU|Kaliningrad|Europe/Kaliningrad|4012xxxxxx 9114xxxxxx
RU|Moscow|Europe/Moscow|495xxxxxxx 499xxxxxxx 916xxxxxxx
RU|St Petersburg|Europe/Moscow|812xxxxxxx 921xxxxxxx
RU|Kazan|Europe/Moscow|843xxxxxxx 917xxxxxxx
RU|Sevastopol|Europe/Simferopol|8692xxxxxx 978xxxxxxx
RU|Kirov|Europe/Kirov|8332xxxxxx 912xxxxxxx
RU|Volgograd|Europe/Volgograd|8442xxxxxx 927xxxxxxx
RU|Samara|Europe/Samara|846xxxxxxx 937xxxxxxx
RU|Izhevsk|Europe/Samara|3412xxxxxx 922xxxxxxx
RU|Saratov|Europe/Saratov|8452xxxxxx
RU|Astrakhan|Europe/Astrakhan|8512xxxxxx
RU|Ulyanovsk|Europe/Ulyanovsk|8422xxxxxx
RU|Yekaterinburg|Asia/Yekaterinburg|343xxxxxxx 902xxxxxxx
RU|Ufa|Asia/Yekaterinburg|347xxxxxxx 9174xxxxxx
RU|Omsk|Asia/Omsk|3812xxxxxx 913xxxxxxx
RU|Novosibirsk|Asia/Novosibirsk|383xxxxxxx 923xxxxxxx
RU|Tomsk|Asia/Tomsk|3822xxxxxx 953xxxxxxx
RU|Barnaul|Asia/Barnaul|3852xxxxxx 903xxxxxxx
RU|Kemerovo|Asia/Novokuznetsk|3842xxxxxx 905xxxxxxx
RU|Krasnoyarsk|Asia/Krasnoyarsk|391xxxxxxx 933xxxxxxx
RU|Irkutsk|Asia/Irkutsk|3952xxxxxx 9025xxxxxx
RU|Ulan-Ude|Asia/Irkutsk|3012xxxxxx 924xxxxxxx
RU|Chita|Asia/Chita|3022xxxxxx 914xxxxxxx
RU|Yakutsk|Asia/Yakutsk|4112xxxxxx 9142xxxxxx
RU|Blagoveshchensk|Asia/Yakutsk|4162xxxxxx
RU|Vladivostok|Asia/Vladivostok|423xxxxxxx 9147xxxxxx
RU|Khabarovsk|Asia/Vladivostok|4212xxxxxx
RU|Yuzhno-Sakhalinsk|Asia/Sakhalin|4242xxxxxx
RU|Magadan|Asia/Magadan|4132xxxxxx
RU|Srednekolymsk|Asia/Srednekolymsk|4115xxxxxx
RU|Petropavlovsk-Kamchatsky|Asia/Kamchatka|4152xxxxxx 961xxxxxxx
RU|Anadyr|Asia/Anadyr|4272xxxxxx 968xxxxxxx
UA|Kyiv|Europe/Kyiv|44xxxxxxx 67xxxxxxx 50xxxxxxx
UA|Simferopol|Europe/Simferopol|652xxxxxx 692xxxxxx 97xxxxxxx
UZ|Samarkand|Asia/Samarkand|66xxxxxxx 90xxxxxxx
RE|Saint-Denis|Indian/Reunion|262xxxxxx 692xxxxxx
YT|Mamoudzou|Indian/Mayotte|269xxxxxx 639xxxxxx
JE|Saint Helier|Europe/Jersey|1534xxxxxx 7797xxxxxx
NF|Casey station|Antarctica/Casey|1xxxxx
`;

/**
 * Towns of area codes with several clocks. The exchange is the one that NANPA or the CNA lists for the town, or any
 * (`x`).
 */
const NORTH_AMERICAN_TOWNS = `
US|Phenix City AL|America/New_York|334297xxxx 334298xxxx
US|Montgomery AL|America/Chicago|334262xxxx 483234xxxx
US|Pensacola FL|America/Chicago|850432xxxx 850434xxxx 448210xxxx
US|Tallahassee FL|America/New_York|850222xxxx 850878xxxx 448356xxxx
US|Port St. Joe FL|America/New_York|850227xxxx 850229xxxx
US|Gary IN|America/Chicago|219882xxxx 219938xxxx
US|Francesville IN|America/New_York|219567xxxx
US|South Bend IN|America/New_York|574232xxxx 574287xxxx
US|Knox IN|America/Chicago|574772xxxx
US|Evansville IN|America/Chicago|812421xxxx 812425xxxx 930220xxxx
US|Bloomington IN|America/New_York|812332xxxx 812336xxxx 930333xxxx
US|Bowling Green KY|America/Chicago|270781xxxx 270842xxxx 364201xxxx
US|Elizabethtown KY|America/New_York|270765xxxx 270769xxxx 364333xxxx
US|Albany KY|America/Chicago|606387xxxx
US|Ashland KY|America/New_York|606324xxxx
US|Iron Mountain MI|America/Chicago|906774xxxx
US|Marquette MI|America/New_York|906226xxxx 906228xxxx
US|Jasper TN|America/Chicago|423942xxxx 729201xxxx
US|Chattanooga TN|America/New_York|423265xxxx 729333xxxx
US|Syracuse KS|America/Denver|620384xxxx
US|Dodge City KS|America/Chicago|620225xxxx
US|Goodland KS|America/Denver|785890xxxx 785899xxxx
US|Topeka KS|America/Chicago|785232xxxx
US|Scottsbluff NE|America/Denver|308632xxxx 308635xxxx
US|Grand Island NE|America/Chicago|308382xxxx
US|Rapid City SD|America/Denver|605342xxxx 605343xxxx
US|Sioux Falls SD|America/Chicago|605332xxxx 605336xxxx
US|Fort Pierre SD|America/Chicago|605223xxxx
US|Dickinson ND|America/Denver|701225xxxx 701483xxxx
US|Fargo ND|America/Chicago|701232xxxx 701280xxxx
US|Window Rock AZ|America/Denver|928871xxxx
US|Flagstaff AZ|America/Phoenix|928774xxxx
US|Boise ID|America/Boise|208342xxxx 208343xxxx 986200xxxx
US|Lewiston ID|America/Los_Angeles|208743xxxx 208746xxxx 986333xxxx
US|Ontario OR|America/Boise|541889xxxx 458201xxxx
US|Eugene OR|America/Los_Angeles|541342xxxx 458205xxxx
US|West Wendover NV|America/Denver|775664xxxx
US|Jackpot NV|America/Boise|775755xxxx
US|Reno NV|America/Los_Angeles|775322xxxx
US|Anchorage AK|America/Anchorage|907276xxxx
US|Adak AK|America/Adak|907592xxxx
US|Orlando FL|America/New_York|689208xxxx 407422xxxx
US|El Paso TX|America/Denver|915532xxxx
CA|Vancouver BC|America/Vancouver|604682xxxx 778200xxxx 236333xxxx 672200xxxx
CA|Fort Nelson BC|America/Fort_Nelson|250774xxxx 778321xxxx
CA|Dawson Creek BC|America/Dawson_Creek|250782xxxx 236400xxxx
CA|Cranbrook BC|America/Edmonton|250426xxxx 672321xxxx 257201xxxx
CA|Creston BC|America/Creston|250428xxxx
CA|Regina SK|America/Regina|306525xxxx 639200xxxx 474201xxxx
CA|Lloydminster SK|America/Edmonton|306825xxxx 639321xxxx
CA|Creighton SK|America/Winnipeg|306688xxxx
CA|Thunder Bay ON|America/Toronto|807344xxxx
CA|Kenora ON|America/Winnipeg|807468xxxx
CA|Atikokan ON|America/Atikokan|807597xxxx
CA|Québec QC|America/Toronto|418522xxxx 581201xxxx
CA|Îles-de-la-Madeleine QC|America/Halifax|418986xxxx 367201xxxx
CA|Blanc-Sablon QC|America/Blanc-Sablon|418461xxxx
CA|St. John's NL|America/St_Johns|709722xxxx 879201xxxx
CA|Happy Valley-Goose Bay NL|America/Goose_Bay|709896xxxx 879333xxxx
CA|Whitehorse YT|America/Whitehorse|867667xxxx
CA|Yellowknife NT|America/Edmonton|867873xxxx
CA|Iqaluit NU|America/Iqaluit|867979xxxx
CA|Rankin Inlet NU|America/Rankin_Inlet|867645xxxx
CA|Coral Harbour NU|America/Atikokan|867925xxxx
`;

export const NUMBERS_OF_AREAS: readonly AreaNumbers[] = `${ROWS}${NORTH_AMERICAN_TOWNS}`
  .split('\n')
  .filter(Boolean)
  .map((row) => {
    const [country = '', area = '', zone = '', numbers = ''] = row.split('|');
    return { country, area, zone, numbers: numbers.split(' ') };
  });
