/** Whether to use an outbox and an inbox; most systems have neither. */
export const withOutbox = process.env.OUTBOX === '1';

export const quorum = { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000 } };

export const ORDERS_EXCHANGE = 'orders';
export const INVENTORY_EXCHANGE = 'inventory';
