# One image for every service; the command chooses which: node apps/<service>/src/main.ts
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS base
WORKDIR /app

# Only what says which packages are needed, so that a change of sources does not install them again.
FROM base AS manifests
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json -delete

FROM base AS generated
COPY --from=manifests /app ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run generate

FROM base AS modules
COPY --from=manifests /app ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  -w apps/auth -w apps/user -w apps/follow -w apps/tweet -w apps/comment -w apps/like -w apps/notification \
  -w apps/gateway -w rest-bridge -w prisma
# Prisma's command line, embedded PostgreSQL, the compiler that is a peer, and what the playground's finished pages were built from.
WORKDIR /app/node_modules
RUN rm -rf prisma effect @electric-sql \
    @prisma/dev @prisma/engines @prisma/engines-version @prisma/fetch-engine @prisma/studio-core \
    embedded-postgres @embedded-postgres typescript @typescript @types prettier \
    monaco-editor monaco-graphql graphiql @graphiql @headlessui @radix-ui @visx elkjs framer-motion motion-dom \
    react-aria react-stately react-dom \
  && rm -f @prisma/client/runtime/*mysql* @prisma/client/runtime/*sqlite* @prisma/client/runtime/*sqlserver* \
    @prisma/client/runtime/*cockroachdb* \
  && find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' \) -delete

FROM base AS runtime
LABEL org.opencontainers.image.title="MiniTwitter" \
  org.opencontainers.image.description="Seven gRPC and GraphQL services, their gateway and the REST bridge" \
  org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production HOST=0.0.0.0
# Nothing is installed in a running container.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-* \
  /usr/local/bin/yarn /usr/local/bin/yarnpkg
COPY --from=modules /app ./
COPY supergraph.graphql ./
COPY apps apps
COPY packages packages
COPY rest-bridge rest-bridge
COPY proto proto
COPY prisma prisma
COPY deploy/healthcheck deploy/healthcheck
COPY --from=generated /app/proto/gen proto/gen
COPY --from=generated /app/prisma/gen prisma/gen
# The image's user "node", as a number: Kubernetes cannot tell that a name is not root's.
USER 1000:1000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --start-interval=1s --retries=3 \
  CMD ["node", "deploy/healthcheck/main.ts"]
ENTRYPOINT []
CMD ["node", "apps/gateway/src/main.ts"]
