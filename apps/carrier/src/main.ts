import { requireOpenFiles } from '#config/open-files.js';

requireOpenFiles('outdial-carrier');
await import('./carrier-process.js');
