ALTER TABLE "notifications" ALTER COLUMN "customer_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "audience" text DEFAULT 'customer' NOT NULL;--> statement-breakpoint
-- Notifications for the operators had the customer id "operators". The version before this one still writes it while it
-- is being replaced; the next migration repeats this statement.
UPDATE "notifications" SET "audience" = 'operators', "customer_id" = NULL WHERE "customer_id" = 'operators';--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_audience" CHECK (("notifications"."audience" = 'customer') = ("notifications"."customer_id" is not null));
