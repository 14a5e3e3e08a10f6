# syntax=docker/dockerfile:1
# The newest line of Node.js that is in long-term support; package.json says what is needed at least.
ARG NODE=24

# The program, compiled with the tools of development.
FROM node:${NODE}-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY bin ./bin
COPY config ./config
COPY rules ./rules
COPY services ./services
COPY workers ./workers
RUN npm run -s build && chmod 0755 dist/bin/servanda.js

# What it needs while it runs. Without scripts: ours would compile, and no dependency needs its own.
FROM node:${NODE}-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:${NODE}-bookworm-slim
LABEL org.opencontainers.image.title="Servanda" \
      org.opencontainers.image.description="Watches whether international commitments are kept: who kept what, why, and how sure we are." \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /src/dist ./dist
COPY rules/agreements ./rules/agreements
COPY config/samples ./config/samples
RUN ln -s /app/dist/bin/servanda.js /usr/local/bin/servanda \
 && install --directory --owner=node --group=node --mode=0700 /var/lib/servanda
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080 \
    DATA_DIR=/var/lib/servanda
VOLUME /var/lib/servanda
# By number, so that an orchestrator can see that it is not root: "node" of the base image.
USER 1000:1000
EXPOSE 8080
STOPSIGNAL SIGTERM
# A worker tells how it is at PROBE_PORT: set it to the same port there, as compose.yaml does.
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/livez').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/bin/servanda.js"]
CMD ["start"]
