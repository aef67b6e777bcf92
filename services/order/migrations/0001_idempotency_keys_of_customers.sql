ALTER TABLE "idempotency_keys" ADD COLUMN "customer_id" text;--> statement-breakpoint
UPDATE "idempotency_keys" SET "customer_id" = "orders"."customer_id" FROM "orders" WHERE "orders"."id" = "order_id";--> statement-breakpoint
ALTER TABLE "idempotency_keys" ALTER COLUMN "customer_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "idempotency_keys" DROP CONSTRAINT "idempotency_keys_pkey";--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_customer_id_key_pk" PRIMARY KEY("customer_id","key");
