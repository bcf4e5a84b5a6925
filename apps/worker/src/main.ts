import { requireOpenFiles } from '#config/open-files.js';

requireOpenFiles('outdial-worker');
await import('./worker-process.js');
