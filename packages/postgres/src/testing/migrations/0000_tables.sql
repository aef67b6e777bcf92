CREATE TABLE "dead_letter_actions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"run_id" uuid NOT NULL,
	"operator" text NOT NULL,
	"action" text NOT NULL,
	"selection" jsonb NOT NULL,
	"queue" text NOT NULL,
	"message_id" text NOT NULL,
	"type" text,
	"reason" text NOT NULL,
	"failure_reason" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"outcome" text,
	"failure" text,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"queue" text NOT NULL,
	"message_id" uuid NOT NULL,
	"handled_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inbox_queue_message_id_pk" PRIMARY KEY("queue","message_id")
);
--> statement-breakpoint
CREATE TABLE "inbox_starts" (
	"queue" text NOT NULL,
	"message_id" uuid NOT NULL,
	"starts" integer NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inbox_starts_queue_message_id_pk" PRIMARY KEY("queue","message_id")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"exchange" text NOT NULL,
	"routing_key" text NOT NULL,
	"service" text NOT NULL,
	"correlation_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"headers" jsonb NOT NULL,
	"content" text NOT NULL,
	"leased_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "dead_letter_actions_of_message" ON "dead_letter_actions" USING btree ("message_id");--> statement-breakpoint
CREATE INDEX "outbox_leased_until" ON "outbox" USING btree ("leased_until");