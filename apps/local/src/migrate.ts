import { requireOpenFiles } from '#config/open-files.js';

requireOpenFiles('outdial-migrate');
await import('./migrate-command.js');
