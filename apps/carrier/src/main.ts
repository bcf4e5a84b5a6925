import { requireOpenFiles } from '#runtime/open-files.js';

requireOpenFiles('outdial-carrier');
await import('./carrier-process.js');
