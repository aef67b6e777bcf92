import { RabbitSubscribe } from '@golevelup/nestjs-rabbitmq';
import { Injectable } from '@nestjs/common';
import type { ConsumeMessage } from 'amqplib';
import type { OrderEvent } from '../common/events';
import { ORDERS_EXCHANGE, quorum } from '../common/settings';
import { InventoryService } from './inventory.service';

@Injectable()
export class InventoryConsumer {
  constructor(private readonly inventory: InventoryService) {}

  @RabbitSubscribe({
    exchange: ORDERS_EXCHANGE,
    routingKey: 'order.created',
    queue: 'inventory.orders',
    queueOptions: quorum,
  })
  async onOrderCreated(event: OrderEvent, message: ConsumeMessage): Promise<void> {
    await this.inventory.reserve(event, message);
  }
}
