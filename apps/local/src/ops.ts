import { requireOpenFiles } from '#runtime/open-files.js';

requireOpenFiles('outdial-ops');
await import('./ops-command.js');
