import { Module } from '@nestjs/common';
import { ContactsController } from './contacts.controller.js';
import { ContactsService } from './contacts.service.js';
import { EligibilityService } from './eligibility.service.js';

@Module({ controllers: [ContactsController], providers: [ContactsService, EligibilityService] })
export class ContactsModule {}
