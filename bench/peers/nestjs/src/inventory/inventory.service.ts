import { Injectable } from '@nestjs/common';
import type { ConsumeMessage } from 'amqplib';
import { In } from 'typeorm';
import type { OrderEvent } from '../common/events';
import { EventsService } from '../common/events.service';
import { INVENTORY_EXCHANGE } from '../common/settings';
import { Product } from './product.entity';
import { Reservation } from './reservation.entity';

@Injectable()
export class InventoryService {
  constructor(private readonly events: EventsService) {}

  /** Reserves all lines or none, and answers. */
  async reserve({ orderId, lines }: OrderEvent, message: ConsumeMessage): Promise<void> {
    await this.events.transaction(async (manager, emit) => {
      // Always in the same order, so that concurrent reservations cannot deadlock.
      const products = await manager.find(Product, {
        where: { sku: In(lines.map(({ sku }) => sku)) },
        order: { sku: 'ASC' },
        lock: { mode: 'pessimistic_write' },
      });
      const free = new Map(products.map(({ sku, onHand, reserved }) => [sku, onHand - reserved]));
      const shortages = lines
        .filter(({ sku, quantity }) => (free.get(sku) ?? 0) < quantity)
        .map(({ sku, quantity }) => ({ sku, requested: quantity, available: free.get(sku) ?? 0 }));
      const reserved = shortages.length === 0;
      if (reserved)
        for (const { sku, quantity } of lines) await manager.increment(Product, { sku }, 'reserved', quantity);
      await manager.insert(Reservation, {
        orderId,
        status: reserved ? 'reserved' : 'rejected',
        lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
        shortages: reserved ? undefined : shortages,
      });
      const at = new Date().toISOString();
      emit({
        exchange: INVENTORY_EXCHANGE,
        routingKey: reserved ? 'stock.reserved' : 'stock.rejected',
        orderId,
        payload: reserved ? { orderId, reservedAt: at } : { orderId, shortages, rejectedAt: at },
      });
    }, message);
  }
}
