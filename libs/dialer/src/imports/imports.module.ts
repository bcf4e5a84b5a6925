import { Module } from '@nestjs/common';
import { ContactImport } from './contact-import.js';
import { DncImport } from './dnc-import.js';
import { ImportRunner } from './import-runner.js';
import { ImportUndo } from './import-undo.js';

/** What works off files; needs `DialerModule` and `PeopleModule` beside it. */
@Module({ providers: [ContactImport, DncImport, ImportUndo, ImportRunner], exports: [ImportRunner] })
export class ImportsModule {}
