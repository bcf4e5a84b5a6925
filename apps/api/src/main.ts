import { requireOpenFiles } from '#runtime/open-files.js';

requireOpenFiles('outdial-api');
await import('./api-process.js');
