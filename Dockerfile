# syntax=docker/dockerfile:1
# Two stages: packages are fetched in the first, and only what runs is taken into the second.
FROM node:24.11.1-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image brings Node, so the optional packages that bring it elsewhere are left out.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24.11.1-bookworm-slim
ENV NODE_ENV=production \
    DATA_DIR=/data \
    API_HOST=0.0.0.0 \
    API_PORT=3000 \
    LOG_CONSOLE=all
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json strategy.ts mikro-orm.config.ts LICENSE NOTICE ./
COPY domain ./domain
COPY machines ./machines
COPY actors ./actors
COPY adapters ./adapters
COPY http ./http
COPY cli ./cli
COPY migrations ./migrations
COPY profiles ./profiles
COPY prompts ./prompts
# Profiles name a strategy of them.
COPY examples ./examples
# The documentation page serves it.
COPY docs/websocket.md ./docs/websocket.md
# The only folder that is written to: the database, logs, archives and tokens.
RUN mkdir -p /data/logs && chown -R node:node /data && chmod 700 /data /data/logs
USER node
VOLUME ["/data"]
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "cli/probe.ts"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "cli/latch.ts"]
CMD ["run", "--quiet"]
