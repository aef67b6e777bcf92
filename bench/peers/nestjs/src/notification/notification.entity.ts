import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

@Entity('notifications')
@Index(['orderId', 'kind'], { unique: true })
export class Notification {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid', { name: 'order_id' })
  orderId: string;

  @Index()
  @Column({ name: 'customer_id' })
  customerId: string;

  @Column()
  kind: string;

  @Column()
  subject: string;

  @Column()
  body: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}
