import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { Shortage } from '../common/events';

@Entity('reservations')
export class Reservation {
  @PrimaryColumn('uuid', { name: 'order_id' })
  orderId: string;

  @Column()
  status: string;

  @Column('jsonb')
  lines: { sku: string; quantity: number }[];

  @Column('jsonb', { nullable: true })
  shortages?: Shortage[];

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}
