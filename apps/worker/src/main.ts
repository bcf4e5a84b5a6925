import { requireOpenFiles } from '#runtime/open-files.js';

requireOpenFiles('outdial-worker');
await import('./worker-process.js');
