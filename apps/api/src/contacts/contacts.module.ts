import { Module } from '@nestjs/common';
import { ContactExportController } from './contact-export.controller.js';
import { ContactListService } from './contact-list.service.js';
import { ContactsController } from './contacts.controller.js';
import { ContactsService } from './contacts.service.js';
import { EligibilityService } from './eligibility.service.js';

@Module({
  controllers: [ContactExportController, ContactsController],
  providers: [ContactsService, ContactListService, EligibilityService],
})
export class ContactsModule {}
