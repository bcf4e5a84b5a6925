import { Module } from '@nestjs/common';
import { ContactLane } from './contact-import.js';
import { DncLane } from './dnc-import.js';
import { ImportRunner } from './import-runner.js';
import { ImportUndo } from './import-undo.js';

/** What works off files; needs `DialerModule` and `PeopleModule` beside it. */
@Module({ providers: [ContactLane, DncLane, ImportUndo, ImportRunner], exports: [ImportRunner] })
export class ImportsModule {}
