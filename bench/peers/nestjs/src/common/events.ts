export interface Money {
  amount: number;
  currency: string;
}

export interface Line {
  sku: string;
  name: string;
  quantity: number;
  unitPrice: Money;
}

export interface OrderEvent {
  orderId: string;
  customerId: string;
  lines: Line[];
  total: Money;
}

export interface Shortage {
  sku: string;
  requested: number;
  available: number;
}

export interface StockEvent {
  orderId: string;
  shortages?: Shortage[];
}
