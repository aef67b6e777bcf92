CREATE TABLE "rate_limits" (
	"client" text PRIMARY KEY NOT NULL,
	"paid_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "rate_limits_by_time" ON "rate_limits" USING btree ("paid_until");