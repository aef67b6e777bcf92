import { RabbitMQModule } from '@golevelup/nestjs-rabbitmq';
import { DynamicModule } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { INVENTORY_EXCHANGE, ORDERS_EXCHANGE } from './settings';

export const messagingModule = (): DynamicModule =>
  RabbitMQModule.forRootAsync({
    inject: [ConfigService],
    useFactory: (config: ConfigService) => ({
      uri: config.getOrThrow<string>('AMQP_URL'),
      exchanges: [
        { name: ORDERS_EXCHANGE, type: 'direct', options: { durable: true } },
        { name: INVENTORY_EXCHANGE, type: 'direct', options: { durable: true } },
      ],
      prefetchCount: 50,
      defaultPublishOptions: { persistent: true },
      connectionInitOptions: { wait: true },
    }),
  });
