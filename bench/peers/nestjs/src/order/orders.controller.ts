import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { CreateOrderDto } from './dto/create-order.dto';
import { asEvent, OrdersService } from './orders.service';

@Controller()
export class OrdersController {
  constructor(private readonly ordersService: OrdersService) {}

  @Post('orders')
  @HttpCode(HttpStatus.ACCEPTED)
  async create(@Body() dto: CreateOrderDto) {
    const order = await this.ordersService.create(dto);
    const { id, status, createdAt, updatedAt, history } = order;
    const { customerId, lines, total } = asEvent(order, order.lines);
    return { id, customerId, status, lines, total, createdAt, updatedAt, history };
  }
}
