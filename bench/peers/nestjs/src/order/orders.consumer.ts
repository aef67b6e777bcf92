import { RabbitSubscribe } from '@golevelup/nestjs-rabbitmq';
import { Injectable } from '@nestjs/common';
import type { ConsumeMessage } from 'amqplib';
import type { StockEvent } from '../common/events';
import { INVENTORY_EXCHANGE, quorum } from '../common/settings';
import { OrdersService } from './orders.service';

@Injectable()
export class OrdersConsumer {
  constructor(private readonly ordersService: OrdersService) {}

  @RabbitSubscribe({
    exchange: INVENTORY_EXCHANGE,
    routingKey: ['stock.reserved', 'stock.rejected'],
    queue: 'order.stock',
    queueOptions: quorum,
  })
  async onStock(event: StockEvent, message: ConsumeMessage): Promise<void> {
    await this.ordersService.settle(event, message);
  }
}
