import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import { DIAL_QUEUE } from './dial-job.js';
import { DialQueue } from './dial-queue.js';
import { useQueueBackend, type QueueAddress, type QueueSide } from './queue-backend.js';

/** Provides the queue of dialer jobs, with the backend that the address names. */
@Module({})
export class QueueModule {
  static forRoot(address: QueueAddress, side: QueueSide): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      imports: [
        BullModule.forRoot({ connection: useQueueBackend(address, side) }),
        BullModule.registerQueue({ name: DIAL_QUEUE }),
      ],
      providers: [DialQueue],
      exports: [DialQueue, BullModule],
    };
  }
}
