/**
 * Order of the libraries: apps → dialer → {agent, database, queue, telephony} → {runtime} → {config, csv, geography,
 * rules}.
 */

/** Steps of a call in the dialer, each with the later steps that it must not import. */
const STEPS = [
  ['claim', 'publish|place|record|settle|sweep'],
  ['publish', 'place|record|settle|sweep'],
  ['settle', 'place|record|sweep'],
  ['record', 'place|sweep'],
  ['place', 'sweep'],
];

module.exports = {
  forbidden: [
    {
      name: 'apps-keep-apart',
      comment: 'An app is a process; what two of them need belongs in a room of libs.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-know-no-app',
      comment: 'A room serves any app.',
      severity: 'error',
      from: { path: '^(libs|database)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'rules-are-pure',
      comment:
        'The business rules import no other room, no Nest and no I/O: they are decided with what they are ' +
        'given. The calendar of ' +
        'public holidays is loaded when it is first asked for, hence node:module.',
      severity: 'error',
      from: { path: '^libs/rules/', pathNot: '\\.spec\\.ts$' },
      to: {
        pathNot:
          '^libs/rules/|(^|/)node_modules/(libphonenumber-js|luxon|@types/luxon|date-holidays|class-validator)/|' +
          '^(node:)?module$',
      },
    },
    {
      name: 'geography-needs-only-rules',
      comment: 'Where a number lies is read from the tables of packages and nothing else.',
      severity: 'error',
      from: { path: '^libs/geography/' },
      to: { path: '^(libs|database|apps|test)/', pathNot: '^libs/(geography|rules)/' },
    },
    {
      name: 'csv-stands-alone',
      comment: 'Tables are read and written as streams of bytes, whoever brings them.',
      severity: 'error',
      from: { path: '^libs/csv/' },
      to: { path: '^(libs|database|apps|test)/', pathNot: '^libs/csv/' },
    },
    {
      name: 'config-stands-alone',
      comment: 'The reader of the environment is below everything that is configured.',
      severity: 'error',
      from: { path: '^libs/config/' },
      to: { path: '^libs/', pathNot: '^libs/(config|rules)/' },
    },
    {
      name: 'runtime-needs-only-config',
      comment: 'Building blocks of a process know nothing of what the process does.',
      severity: 'error',
      from: { path: '^libs/runtime/' },
      to: { path: '^(libs|database|apps|test)/', pathNot: '^libs/(runtime|config)/' },
    },
    ...STEPS.map(([step, later]) => ({
      name: `${step}-knows-no-later-step`,
      comment:
        'A call goes claim → publish → place → record → settle → sweep. All steps use claim and publish. Place hands ' +
        'over to record, and record to settle. Nothing hands over to place or to the sweeper.',
      severity: 'error',
      from: { path: `^libs/dialer/src/${step}/` },
      to: { path: `^libs/dialer/src/(${later})/` },
    })),
    {
      name: 'migrations-stand-alone',
      comment: 'A migration that was applied never changes; one that imports would change with what it imports.',
      severity: 'error',
      from: { path: '^database/migrations/' },
      to: { path: '.', pathNot: '(^|/)node_modules/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'io-rooms-keep-apart',
      comment: 'Agent, database, queue and telephony meet in the dialer or in an app and nowhere else.',
      severity: 'error',
      from: { path: '^libs/(agent|database|queue|telephony)/' },
      to: { path: '^libs/', pathNot: '^libs/($1|config|geography|rules|runtime)/' },
    },
    {
      name: 'agent-needs-only-rules',
      comment: 'A conversation is held over any transport and kept by whoever carries it.',
      severity: 'error',
      from: { path: '^libs/agent/' },
      to: { path: '^(libs|database|apps|test)/', pathNot: '^libs/(agent|config|rules|runtime)/' },
    },
    {
      name: 'telephony-knows-no-framework',
      comment: 'An adapter is plain TypeScript, so that one contract suite can hold all of them; so is a conversation.',
      severity: 'error',
      from: { path: '^libs/(telephony|agent)/' },
      to: { path: '^node_modules/(@nestjs|typeorm|bullmq|pg)/' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or want a third. Entities are related both ways.',
      severity: 'error',
      from: { pathNot: '^libs/database/src/entities/' },
      to: { circular: true },
    },
    {
      name: 'no-folder-circles',
      comment: 'Two folders that need each other are one folder, or want a third.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^(libs|apps)/' },
      to: { circular: true },
    },
    {
      name: 'all-imports-resolve',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['outdial-source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
