# The images of the system. Targets: service (with SERVICE=order and so on), provision, console.

FROM oven/bun:1.4.5-slim AS base
WORKDIR /app
# Bun keeps the free parts of pages that are in use: docs/decisions/memory.md.
ENV NODE_ENV=production LISTEN_HOST=0.0.0.0 MIMALLOC_PURGE_HOLES=0

# The package.json of every member. An install depends on nothing else, so it is cached until one of them changes.
FROM base AS manifests
COPY . .
RUN find . -type f ! -name package.json ! -name bun.lock ! -name bunfig.toml -delete

FROM base AS workspace
COPY --from=manifests /app ./
RUN --mount=type=cache,target=/root/.bun/install/cache bun install --frozen-lockfile
COPY . .

FROM workspace AS provision-program
RUN bun build --target=bun --outfile=provision.js stack/commands/provision.ts

FROM workspace AS console-pages
# Not through node_modules/.bin: the install creates no link to a program whose file does not exist yet.
RUN bun packages/contract/src/cli.ts docs && bun console/build.ts

FROM base AS provision
COPY --from=provision-program /app/provision.js ./
USER 1000:1000
CMD ["bun", "provision.js"]

# Hoisted: with peers left out, the isolated layout would install one copy of drizzle-orm per member.
FROM base AS service-packages
ARG SERVICE
COPY --from=manifests /app ./
RUN --mount=type=cache,target=/root/.bun/install/cache \
  bun install --production --omit=peer --linker=hoisted --frozen-lockfile --filter "@orders/${SERVICE}"

FROM base AS service-sources
ARG SERVICE
COPY packages/messaging packages/messaging
COPY packages/postgres packages/postgres
COPY packages/service packages/service
COPY generated generated
COPY services/${SERVICE} services/${SERVICE}
RUN rm -rf packages/*/src/testing packages/*/src/*/testing services/*/testing services/*/contracts

# One service and its migrations (src/migrate.ts).
FROM base AS service
ARG SERVICE
COPY --from=service-packages /app/node_modules node_modules
COPY --from=service-sources /app ./
WORKDIR /app/services/${SERVICE}
USER 1000:1000
CMD ["bun", "src/main.ts"]

FROM base AS console-packages
COPY --from=manifests /app ./
RUN --mount=type=cache,target=/root/.bun/install/cache \
  bun install --production --omit=peer --linker=hoisted --frozen-lockfile --filter "@orders/console"

FROM base AS console-sources
COPY packages/messaging packages/messaging
COPY packages/postgres packages/postgres
COPY packages/service packages/service
COPY generated generated
COPY console/package.json console/
COPY console/src console/src
COPY --from=console-pages /app/console/dist console/dist
COPY --from=console-pages /app/generated/catalogue generated/catalogue
RUN rm -rf packages/*/src/testing packages/*/src/*/testing

# The page, the catalogue, and the server for both.
FROM base AS console
COPY --from=console-packages /app/node_modules node_modules
COPY --from=console-sources /app ./
WORKDIR /app/console
USER 1000:1000
CMD ["bun", "src/main.ts"]
