# docker build --build-arg SLUICE_COMMIT="$(git rev-parse --short=12 HEAD)" -t sluice:0.1.0 .

FROM node:26.10.0-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tools ./tools
COPY src ./src
ARG SLUICE_COMMIT=""
ENV SLUICE_COMMIT=$SLUICE_COMMIT
RUN npm run build
# The runtime is the one of the lockfile, the same as in tests. It needs one library that the second image lacks:
# https://github.com/GoogleContainerTools/distroless/issues/1981
RUN apt-get update && apt-get install -y --no-install-recommends libatomic1
RUN mkdir dist/lib \
 && cp "$(readlink -f node_modules/.bin/node)" dist/node \
 && cp -L "$(ldd dist/node | awk '/libatomic/ { print $3 }')" dist/lib/

# No shell and no package manager: glibc, libstdc++, certificates, and what is copied here.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /src/dist/node /usr/local/bin/node
COPY --from=build /src/dist/lib /usr/local/lib
COPY --from=build /src/dist/sluice.mjs /app/
COPY LICENSE /app/
ENV NODE_ENV=production LD_LIBRARY_PATH=/usr/local/lib
USER 65532:65532
# /healthz and /readyz; /metrics. Probes are the Deployment's business: there is no HEALTHCHECK.
EXPOSE 8080 8090
ENTRYPOINT ["/usr/local/bin/node", "--max-semi-space-size=16", "/app/sluice.mjs"]
