import { requireOpenFiles } from '#config/open-files.js';

requireOpenFiles('outdial-api');
await import('./api-process.js');
