import { Column, Entity, Index, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Order } from './order.entity';

@Entity('order_lines')
export class OrderLine {
  @PrimaryGeneratedColumn()
  id: number;

  @Index()
  @ManyToOne(() => Order, (order) => order.lines, { nullable: false, onDelete: 'CASCADE' })
  order: Order;

  @Column()
  sku: string;

  @Column()
  name: string;

  @Column('int')
  quantity: number;

  @Column('int')
  unitPrice: number;
}
