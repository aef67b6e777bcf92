import { Injectable, UnprocessableEntityException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { ConsumeMessage } from 'amqplib';
import { In, Repository } from 'typeorm';
import type { Line, OrderEvent, StockEvent } from '../common/events';
import { EventsService } from '../common/events.service';
import { ORDERS_EXCHANGE } from '../common/settings';
import type { CreateOrderDto } from './dto/create-order.dto';
import { Order, OrderStatus } from './entities/order.entity';
import { OrderLine } from './entities/order-line.entity';
import { Product } from './entities/product.entity';

const currency = 'EUR';

@Injectable()
export class OrdersService {
  constructor(
    @InjectRepository(Product) private readonly products: Repository<Product>,
    private readonly events: EventsService,
  ) {}

  async create({ customerId, lines }: CreateOrderDto): Promise<Order> {
    const found = await this.products.findBy({ sku: In(lines.map(({ sku }) => sku)) });
    const products = new Map(found.map((product) => [product.sku, product]));
    const priced = lines.map(({ sku, quantity }) => {
      const product = products.get(sku);
      if (!product) throw new UnprocessableEntityException(`unknown product ${sku}`);
      return { sku, name: product.name, quantity, unitPrice: product.unitPrice };
    });
    const order = await this.events.transaction(async (manager, emit) => {
      const history = [{ status: OrderStatus.PENDING, at: new Date().toISOString(), cause: 'placed' }];
      const total = priced.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
      const saved = await manager.save(
        manager.create(Order, { customerId, status: OrderStatus.PENDING, total, history, lines: priced }),
      );
      const payload = { ...asEvent(saved, saved.lines), createdAt: saved.createdAt };
      emit({ exchange: ORDERS_EXCHANGE, routingKey: 'order.created', orderId: saved.id, payload });
      return saved;
    });
    return order!;
  }

  async settle({ orderId, shortages }: StockEvent, message: ConsumeMessage): Promise<void> {
    const status = shortages ? OrderStatus.REJECTED : OrderStatus.CONFIRMED;
    const at = new Date().toISOString();
    await this.events.transaction(async (manager, emit) => {
      const entry = JSON.stringify({ status, at, cause: message.fields.routingKey });
      const { affected } = await manager
        .createQueryBuilder()
        .update(Order)
        .set({ status, history: () => 'history || :entry::jsonb' })
        .where({ id: orderId, status: OrderStatus.PENDING })
        .setParameter('entry', entry)
        .execute();
      if (!affected) return; // redelivered
      const order = await manager.findOneOrFail(Order, { where: { id: orderId }, relations: { lines: true } });
      const payload = shortages
        ? { orderId, customerId: order.customerId, shortages, rejectedAt: at }
        : { ...asEvent(order, order.lines), confirmedAt: at };
      emit({ exchange: ORDERS_EXCHANGE, routingKey: `order.${status}`, orderId, payload });
    }, message);
  }
}

/** An order as represented in the API and the messages. */
export function asEvent({ id, customerId, total }: Order, lines: OrderLine[]): OrderEvent {
  return { orderId: id, customerId, lines: lines.map(asLine), total: { amount: total, currency } };
}

function asLine({ sku, name, quantity, unitPrice }: OrderLine): Line {
  return { sku, name, quantity, unitPrice: { amount: unitPrice, currency } };
}
