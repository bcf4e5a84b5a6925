/** Entries that the list may have. */
export const MOST_ENTRIES = 20;

/**
 * Names in which an overloaded word means what it says.
 *
 * @type {readonly import('./allowed-names.mjs').AllowedName[]}
 */
export const ALLOWED = [
  { path: /^database\/migrations\//, reason: 'Migrations that are applied keep their names.' },
  {
    word: 'wall',
    name: /wall[-_]?clock/i,
    reason: 'A wall clock tells the time of day; the monotonic clock does not.',
  },
  { word: 'line', name: /^line_?obstacle$/i, reason: 'A field of the API.' },
  { word: 'line', name: /one_?line|new_?line/i, reason: 'Text that is put on one line.' },
  { word: 'line', path: /^libs\/csv\//, reason: 'A line of a contact file.' },
  { word: 'line', name: /csv_?line/i, reason: 'A line of a CSV file.' },
  {
    word: 'line',
    path: /\/suppression-(entries|log|sink|state)\b/,
    reason: 'A line of the suppression log, a text file.',
  },
  { word: 'line', path: /^(libs\/(config|runtime)|apps\/carrier)\//, reason: 'A line of a log or of JSON.' },
  { word: 'line', name: /^most_?lines$/i, reason: 'The most lines of a contact file.' },
  {
    word: 'line',
    name: /^(HISTORY_LINE|line)$/,
    path: /restore-signs\.ts$/,
    reason: "A line of PostgreSQL's history.",
  },
  {
    word: 'line',
    path: /^apps\/api\/src\/(errors\/client-errors|http\/export-file|auth\/link-file\.spec)\.ts$/,
    reason: 'A line of HTTP or CSV.',
  },
  {
    word: 'line',
    name: /^(?!.*on_?the_?line)/i,
    path: /^apps\/local\/(?!src\/ops\/(ops-|reconcile|after-restore))/,
    reason: 'A line that is printed, or of a file of PostgreSQL.',
  },
  {
    word: 'line',
    path: /\/sip\/engine\/|\/report-stream\.ts$/,
    reason: 'A line of baresip, of SDP or of an event stream.',
  },
  {
    word: 'line',
    name: /^(?!.*on_?the_?line)/i,
    path: /^test\/(?!telephony\/|caller-id|placing-clock|campaign-(lines|routes))/,
    reason: 'A line of a log, of a table or of a file that a test reads.',
  },
  {
    word: 'line',
    name: /^lines?$/,
    path: /(packs-for|zone-tables|telephone-choice)\.spec\.ts$/,
    reason: 'A line of a table.',
  },
];
