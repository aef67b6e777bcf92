import { DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventsService } from './events.service';
import { messagingModule } from './messaging.module';
import { HandledMessage, OutboxMessage } from './outbox.entities';
import { withOutbox } from './settings';

@Module({})
export class EventsModule {
  static forRoot(): DynamicModule {
    const messaging = messagingModule();
    return {
      module: EventsModule,
      imports: [messaging, ...(withOutbox ? [TypeOrmModule.forFeature([OutboxMessage, HandledMessage])] : [])],
      providers: [EventsService],
      exports: [EventsService, messaging],
    };
  }
}
