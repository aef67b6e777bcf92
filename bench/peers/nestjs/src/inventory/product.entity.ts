import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('products')
@Check('reserved between 0 and on_hand')
export class Product {
  @PrimaryColumn()
  sku: string;

  @Column('int', { name: 'on_hand' })
  onHand: number;

  @Column('int', { default: 0 })
  reserved: number;
}
