-- One database for each service, made by the file of its name. Only the indexes that the flow itself needs.
create table outbox (id uuid primary key, routing_key text not null, content text not null);
create table inbox (message_id uuid primary key);
create table orders (
  id uuid primary key, customer_id text not null, status text not null, lines jsonb not null,
  total bigint not null, created_at timestamptz not null default now(), updated_at timestamptz not null default now()
) with (fillfactor = 70);
create table stock (sku text primary key, on_hand int not null, reserved int not null default 0,
  check (0 <= reserved and reserved <= on_hand)) with (fillfactor = 50);
create table reservations (order_id uuid primary key, reserved boolean not null, lines jsonb not null);
create table prices (sku text primary key, name text not null, amount bigint not null);
create table notifications (
  id uuid primary key, order_id uuid not null unique, customer_id text not null, subject text not null,
  body text not null, created_at timestamptz not null default now());
