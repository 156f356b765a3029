# The worker. Build from the root of the repository: docker build -f deploy/processor.Dockerfile .
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
ARG TARGETARCH
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/ src/
RUN --mount=type=cache,target=/root/.nuget/packages \
    dotnet publish src/Processor -c Release -a "$TARGETARCH" --no-self-contained \
        -p:PublishReadyToRun=true -p:UseAppHost=false -p:BundledLibvips=false -o /published

# Ubuntu 24.04 has libvips 8.15, the first version with a SIMD resize; with older ones the largest width costs three times as much.
FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble
LABEL org.opencontainers.image.title="Pipeline worker" org.opencontainers.image.licenses="Apache-2.0"
# Not pinned to a version: these libraries parse untrusted files, so every build takes Ubuntu's latest patches. The names are Ubuntu's; on a base of
# Debian 13 the second is libturbojpeg0.
ARG IMAGE_LIBRARIES="libvips42t64 libturbojpeg libwebp7 libwebpmux3 libwebpdemux2"
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $IMAGE_LIBRARIES \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o "$APP_UID" -g "$APP_UID" -m 700 /scratch
WORKDIR /app
COPY --from=build /published ./
COPY --chmod=755 deploy/healthcheck.sh /usr/local/bin/healthcheck
# The base image sets a port, which would override PORT. Diagnostics would write to a root file system that may be read-only.
ENV PORT=4000 HOST=0.0.0.0 Processor__Work__Folder=/scratch ASPNETCORE_HTTP_PORTS="" DOTNET_EnableDiagnostics=0
EXPOSE 4000
USER $APP_UID
# Live, not ready: an orchestrator must not restart this container because the scanner is down.
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 CMD ["healthcheck", "/health/live"]
ENTRYPOINT ["dotnet", "Pipeline.Processor.dll"]
