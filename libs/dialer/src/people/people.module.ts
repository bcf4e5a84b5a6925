import { Module, type DynamicModule } from '@nestjs/common';
import { Erasure } from './erasure.js';
import { PersonHash } from './person-hash.js';

/** What becomes of the data of people who are called; needs `DatabaseModule` beside it. */
@Module({})
export class PeopleModule {
  static forRoot(personHash: PersonHash): DynamicModule {
    return {
      module: PeopleModule,
      global: true,
      providers: [Erasure, { provide: PersonHash, useValue: personHash }],
      exports: [Erasure, PersonHash],
    };
  }
}
