# The API. Build from the root of the repository: docker build -f deploy/uploadapi.Dockerfile .
# The API does not decode images, so it has no image library.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
ARG TARGETARCH
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/ src/
COPY web/dist/ web/dist/
RUN --mount=type=cache,target=/root/.nuget/packages \
    dotnet publish src/UploadApi -c Release -a "$TARGETARCH" --no-self-contained \
        -p:PublishReadyToRun=true -p:UseAppHost=false -o /published

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble
LABEL org.opencontainers.image.title="Pipeline API" org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=build /published ./
COPY --chmod=755 deploy/healthcheck.sh /usr/local/bin/healthcheck
# The base image sets a port, which would override PORT. Diagnostics would write to a root file system that may be read-only.
ENV PORT=4000 HOST=0.0.0.0 ASPNETCORE_HTTP_PORTS="" DOTNET_EnableDiagnostics=0
EXPOSE 4000
USER $APP_UID
# Live, not ready: an orchestrator must not restart this container because its database is down.
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 CMD ["healthcheck", "/health/live"]
ENTRYPOINT ["dotnet", "Pipeline.UploadApi.dll"]
