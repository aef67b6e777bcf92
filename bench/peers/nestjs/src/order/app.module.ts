import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { databaseModule } from '../common/database.module';
import { EventsModule } from '../common/events.module';
import { OrderLine } from './entities/order-line.entity';
import { Order } from './entities/order.entity';
import { Product } from './entities/product.entity';
import { OrdersConsumer } from './orders.consumer';
import { OrdersController } from './orders.controller';
import { OrdersService } from './orders.service';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    databaseModule(),
    TypeOrmModule.forFeature([Order, OrderLine, Product]),
    EventsModule.forRoot(),
  ],
  controllers: [OrdersController],
  providers: [OrdersService, OrdersConsumer],
})
export class AppModule {}
