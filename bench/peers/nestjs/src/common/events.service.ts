import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AmqpConnection } from '@golevelup/nestjs-rabbitmq';
import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { ConsumeMessage } from 'amqplib';
import { DataSource, EntityManager, In } from 'typeorm';
import { HandledMessage, OutboxMessage } from './outbox.entities';
import { withOutbox } from './settings';

export interface Event {
  exchange: string;
  routingKey: string;
  orderId: string;
  payload: object;
}

const batch = 100;
const pollInterval = 100;

/** Publishes events after the transaction that caused them; with an outbox, even if the process dies in between. */
@Injectable()
export class EventsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopped = false;
  private polling?: Promise<void>;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly amqp: AmqpConnection,
  ) {}

  /** @param cause the message being handled; a repeated one is ignored if there is an inbox */
  async transaction<Result>(
    work: (manager: EntityManager, emit: (event: Event) => void) => Promise<Result>,
    cause?: ConsumeMessage,
  ): Promise<Result | undefined> {
    const events: (Event & { id: string })[] = [];
    const result = await this.dataSource.transaction(async (manager) => {
      if (withOutbox && cause && !(await this.isNew(manager, cause))) return undefined;
      const done = await work(manager, (event) => events.push({ id: randomUUID(), ...event }));
      if (withOutbox && events.length > 0) await manager.insert(OutboxMessage, events);
      return done;
    });
    if (!withOutbox) await Promise.all(events.map((event) => this.publish(event)));
    return result;
  }

  onApplicationBootstrap(): void {
    if (withOutbox) this.polling = this.poll();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.polling;
  }

  private async isNew(manager: EntityManager, { properties: { messageId } }: ConsumeMessage): Promise<boolean> {
    const inserted = await manager
      .createQueryBuilder()
      .insert()
      .into(HandledMessage)
      .values({ id: messageId })
      .orIgnore()
      .returning('id')
      .execute();
    return inserted.raw.length > 0;
  }

  private async poll(): Promise<void> {
    while (!this.stopped) {
      const published = await this.publishWaiting();
      if (published < batch) await delay(pollInterval);
    }
  }

  private publishWaiting(): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const messages = await manager
        .createQueryBuilder(OutboxMessage, 'message')
        .orderBy('message.position')
        .limit(batch)
        .setLock('pessimistic_write')
        .setOnLocked('skip_locked')
        .getMany();
      await Promise.all(messages.map((message) => this.publish(message)));
      if (messages.length > 0)
        await manager.delete(OutboxMessage, { position: In(messages.map(({ position }) => position)) });
      return messages.length;
    });
  }

  /** Resolves once the broker has confirmed it. */
  private async publish({ id, exchange, routingKey, orderId, payload }: Event & { id: string }): Promise<void> {
    await this.amqp.publish(exchange, routingKey, payload, {
      messageId: id,
      type: routingKey,
      timestamp: Math.floor(Date.now() / 1000),
      correlationId: orderId,
      contentType: 'application/json',
      headers: { 'schema-version': 1 },
    });
  }
}
