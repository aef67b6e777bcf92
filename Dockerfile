# Everything of the system that is ours. Targets: service (also runs the migrations), provision, catalogue.
ARG BUN_VERSION=1.4.5

FROM oven/bun:${BUN_VERSION}-slim AS base
WORKDIR /app
ENV NODE_ENV=production

FROM base AS production-packages
COPY package.json bun.lock bunfig.toml ./
RUN --mount=type=cache,target=/root/.bun/install/cache bun install --frozen-lockfile --production --omit=peer

FROM base AS all-packages
COPY package.json bun.lock bunfig.toml ./
RUN --mount=type=cache,target=/root/.bun/install/cache bun install --frozen-lockfile

FROM all-packages AS catalogue-pages
COPY tsconfig.json ./
COPY asyncapi asyncapi
COPY services/messaging services/messaging
COPY generated generated
RUN bun asyncapi/cli.ts docs

FROM base AS catalogue
COPY stack/catalogue.ts stack/
COPY --from=catalogue-pages /app/generated/catalogue generated/catalogue
USER bun
ENV CATALOGUE_HOST=0.0.0.0
EXPOSE 8000
CMD ["bun", "stack/catalogue.ts"]

FROM base AS service
COPY --from=production-packages /app/node_modules node_modules
COPY package.json ./
COPY generated generated
COPY services services
USER bun
# One image for the three services and their migrations; which one it is, the command says.
CMD ["bun", "services/order/src/main.ts"]

FROM service AS provision
COPY asyncapi/topology.ts asyncapi/
COPY stack stack
CMD ["bun", "stack/cli.ts", "provision"]
