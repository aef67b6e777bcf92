import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { databaseModule } from '../common/database.module';
import { EventsModule } from '../common/events.module';
import { NotificationConsumer } from './notification.consumer';
import { Notification } from './notification.entity';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    databaseModule(),
    TypeOrmModule.forFeature([Notification]),
    EventsModule.forRoot(),
  ],
  providers: [NotificationConsumer],
})
export class AppModule {}
