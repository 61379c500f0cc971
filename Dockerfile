# docker build --build-arg SLUICE_COMMIT="$(git rev-parse --short=12 HEAD)" -t sluice:0.1.0 .

FROM node:26.10.0-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tools ./tools
COPY src ./src
ARG SLUICE_COMMIT=""
ENV SLUICE_COMMIT=$SLUICE_COMMIT
# The runtime is the one of the lockfile, the same as in tests.
RUN npm run build && cp "$(readlink -f node_modules/.bin/node)" /src/dist/node

# No shell and no package manager: glibc, libstdc++, certificates, and what is copied here.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /src/dist/node /usr/local/bin/node
COPY --from=build /src/dist/sluice.mjs /src/dist/sluice.mjs.map /app/
COPY LICENSE /app/
ENV NODE_ENV=production
USER 65532:65532
# /healthz and /readyz; /metrics. Probes are the Deployment's business: there is no HEALTHCHECK.
EXPOSE 8080 8090
ENTRYPOINT ["/usr/local/bin/node", "--enable-source-maps", "/app/sluice.mjs"]
