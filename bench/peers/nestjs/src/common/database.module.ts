import { DynamicModule } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';

/** The service's own PostgreSQL database. */
export const databaseModule = (): DynamicModule =>
  TypeOrmModule.forRootAsync({
    inject: [ConfigService],
    useFactory: (config: ConfigService) => ({
      type: 'postgres',
      url: config.getOrThrow<string>('DATABASE_URL'),
      poolSize: 20,
      autoLoadEntities: true,
      synchronize: true,
    }),
  });
