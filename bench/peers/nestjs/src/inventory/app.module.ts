import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { databaseModule } from '../common/database.module';
import { EventsModule } from '../common/events.module';
import { InventoryConsumer } from './inventory.consumer';
import { InventoryService } from './inventory.service';
import { Product } from './product.entity';
import { Reservation } from './reservation.entity';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    databaseModule(),
    TypeOrmModule.forFeature([Product, Reservation]),
    EventsModule.forRoot(),
  ],
  providers: [InventoryService, InventoryConsumer],
})
export class AppModule {}
