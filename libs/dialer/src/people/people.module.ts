import { Module, type DynamicModule } from '@nestjs/common';
import { Erasure } from './erasure.js';
import { HashKeyCheck } from './hash-key-check.js';
import { PersonHash } from './person-hash.js';

/** Provides erasure, retention and the do-not-call lists; needs `DatabaseModule` beside it. */
@Module({})
export class PeopleModule {
  /** @param check whether a key that is not the right one keeps the process from starting. */
  static forRoot(personHash: PersonHash, check: 'checked' | 'unchecked' = 'checked'): DynamicModule {
    return {
      module: PeopleModule,
      global: true,
      providers: [
        ...(check === 'checked' ? [HashKeyCheck] : []),
        Erasure,
        { provide: PersonHash, useValue: personHash },
      ],
      exports: [Erasure, PersonHash],
    };
  }
}
