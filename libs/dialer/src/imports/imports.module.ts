import { Module } from '@nestjs/common';
import { ContactImport } from './contact-import.js';
import { DncImport } from './dnc-import.js';
import { ImportRunner } from './import-runner.js';
import { ImportUndo } from './import-undo.js';

/** Provides the import runner. The app also imports `DialerModule` and `PeopleModule`. */
@Module({ providers: [ContactImport, DncImport, ImportUndo, ImportRunner], exports: [ImportRunner] })
export class ImportsModule {}
