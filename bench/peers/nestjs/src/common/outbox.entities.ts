import { Column, CreateDateColumn, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

@Entity('outbox')
export class OutboxMessage {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  position: string;

  @Column('uuid')
  id: string;

  @Column()
  exchange: string;

  @Column({ name: 'routing_key' })
  routingKey: string;

  @Column('uuid', { name: 'order_id' })
  orderId: string;

  @Column('jsonb')
  payload: object;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}

/** A handled message; recorded so that another delivery changes nothing. */
@Entity('inbox')
export class HandledMessage {
  @PrimaryColumn('uuid')
  id: string;

  @CreateDateColumn({ type: 'timestamptz' })
  handledAt: Date;
}
