import { requireOpenFiles } from '#runtime/open-files.js';

requireOpenFiles('outdial-migrate');
await import('./migrate-command.js');
