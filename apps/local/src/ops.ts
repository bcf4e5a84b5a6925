import { requireOpenFiles } from '#config/open-files.js';

requireOpenFiles('outdial-ops');
await import('./ops-command.js');
