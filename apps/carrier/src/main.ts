/** Test double of a voice provider. It ships with Outdial, so that an installation can be tried without phones. */
import { requireOpenFiles } from '#runtime/open-files.js';

requireOpenFiles('outdial-carrier');
await import('./carrier-process.js');
