import { RabbitSubscribe } from '@golevelup/nestjs-rabbitmq';
import { Injectable } from '@nestjs/common';
import type { ConsumeMessage } from 'amqplib';
import type { OrderEvent } from '../common/events';
import { EventsService } from '../common/events.service';
import { ORDERS_EXCHANGE, quorum } from '../common/settings';
import { Notification } from './notification.entity';

const money = (amount: number) => `${(amount / 100).toFixed(2)} EUR`;

@Injectable()
export class NotificationConsumer {
  constructor(private readonly events: EventsService) {}

  @RabbitSubscribe({
    exchange: ORDERS_EXCHANGE,
    routingKey: ['order.confirmed', 'order.rejected'],
    queue: 'notification.orders',
    queueOptions: quorum,
  })
  async onOrderSettled(event: OrderEvent, message: ConsumeMessage): Promise<void> {
    const text =
      message.fields.routingKey === 'order.confirmed'
        ? confirmation(event)
        : { kind: 'order-rejected', subject: 'We cannot fulfil your order', body: `Order: ${event.orderId}` };
    const { orderId, customerId } = event;
    await this.events.transaction(
      (manager) =>
        manager
          .createQueryBuilder()
          .insert()
          .into(Notification)
          .values({ orderId, customerId, ...text })
          .orIgnore()
          .execute(),
      message,
    );
  }
}

function confirmation({ orderId, lines, total }: OrderEvent) {
  const others = lines.length - 1;
  const more = others === 0 ? '' : ` and ${others} other product${others === 1 ? '' : 's'}`;
  const priced = lines.map(
    ({ sku, name, quantity, unitPrice }) =>
      `  ${quantity} × ${name} (${sku}) at ${money(unitPrice.amount)}${quantity > 1 ? ' each' : ''}`,
  );
  return {
    kind: 'order-confirmed',
    subject: `Your order of ${lines[0]?.name}${more} is confirmed`,
    body: [
      'Thank you for your order. Everything in it is in stock and reserved for you:',
      priced.join('\n'),
      `Total: ${money(total.amount)}`,
      `Order: ${orderId}`,
    ].join('\n\n'),
  };
}
