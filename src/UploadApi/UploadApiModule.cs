using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Manifests;
using Pipeline.Assets.Webhooks;
using Pipeline.Hosting;
using Pipeline.UploadApi.Areas;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Audit;
using Pipeline.UploadApi.Batches;
using Pipeline.UploadApi.Delivery;
using Pipeline.UploadApi.Costs;
using Pipeline.UploadApi.Diagnosis;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.Idempotency;
using Pipeline.UploadApi.Http.OpenApi;
using Pipeline.UploadApi.Jobs;
using Pipeline.UploadApi.Limits;
using Pipeline.UploadApi.Live;
using Pipeline.UploadApi.Multipart;
using Pipeline.UploadApi.Overview;
using Pipeline.UploadApi.Queues;
using Pipeline.UploadApi.Runs;
using Pipeline.UploadApi.StoreEvents;
using Pipeline.UploadApi.Uploads;
using Pipeline.UploadApi.Uppy;
using Pipeline.UploadApi.Web;
using Pipeline.UploadApi.Webhooks;

namespace Pipeline.UploadApi;

/// <summary>
/// Registers the HTTP API as a module. The composition root adds the rest: a provider for <see cref="Pipeline.Assets.Persistence.AssetDbContext"/>, a bus, a Quartz
/// store and the storage.
/// </summary>
public static class UploadApiModule
{
    /// <summary>The largest JSON body in bytes; far above the size of any documented request.</summary>
    private const int MaxBodyBytes = 256 * 1024;

    /// <summary>Requests need 3 levels; the OpenAPI document is written with the same settings and needs some 20.</summary>
    private const int MaxJsonDepth = 32;

    public static WebApplicationBuilder AddUploadApi(this WebApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        services.AddAssets(configuration);
        services.AddValidatedOptions<RateLimitsOptions>(configuration, RateLimitsOptions.Section);
        services.AddValidatedOptions<AuthOptions>(configuration, AuthOptions.Section, o =>
        {
            o.Secret = configuration["JWT_SECRET"];
            o.PreviousSecret = configuration["JWT_SECRET_PREVIOUS"] is { Length: > 0 } previous ? previous : null; // an empty variable counts as not set
        });
        services.AddValidatedOptions<ApiOptions>(configuration, ApiOptions.Section, o => o.FrontendUrl = configuration["FRONTEND_URL"]);
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.MaxDepth = MaxJsonDepth;
            json.SerializerOptions.AllowDuplicateProperties = false;
            json.SerializerOptions.Converters.AddWholeNumbers();
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });

        services.AddExceptionHandler<ErrorHandling>();
        services.AddTokenAuthentication();
        services.AddFrontendCors();
        services.AddSingleton<RateLimits>().AddSingleton<ApiAddress>();
        services.AddScoped<PresignEndpoint>().AddScoped<PresignBatchEndpoint>().AddScoped<SignAgainEndpoint>().AddScoped<ConfirmEndpoint>();
        services.AddScoped<AuditEndpoint>().AddScoped<RunEndpoint>().AddScoped<ReconcileEndpoint>().AddScoped<AreaEndpoint>().AddSingleton<MoveRequestCheck>().AddScoped<RunReads>();
        services.AddScoped<BatchEndpoint>().AddScoped<LimitsEndpoint>();
        services.AddSingleton<RunningKeys>();
        services.AddScoped<MultipartEndpoint>();
        services.AddScoped<JobsEndpoint>().AddScoped<DoctorEndpoint>().AddScoped<CostsEndpoint>().AddScoped<QueuesEndpoint>();
        services.AddSingleton<OverviewStream>().AddScoped<OperatorAssets>();
        services.AddUppy();
        services.AddSingleton<AssetEndpoint>().AddScoped<AssetReads>().AddScoped<AssetCommands>().AddScoped<ImageEndpoint>();
        services.AddScoped<SimilarAssets>();
        services.AddScoped<VisibleAssets>().AddScoped<PictureEndpoint>().AddScoped<DownloadEndpoint>().AddScoped<VisibilityEndpoint>().AddScoped<StoreEventEndpoint>();
        services.AddLive();
        services.AddWeb(configuration);
        services.AddSingleton(provider => WebhookKeys.Of(
            provider.GetRequiredService<IOptions<WebhookOptions>>().Value,
            provider.GetRequiredService<IOptions<AuthOptions>>().Value.Secret,
            provider.GetRequiredService<IOptions<AuthOptions>>().Value.PreviousSecret));
        services.AddSingleton(provider => ManifestKeys.Of(
            provider.GetRequiredService<IOptions<ManifestOptions>>().Value,
            provider.GetRequiredService<IOptions<AuthOptions>>().Value.Secret,
            provider.GetRequiredService<IOptions<AuthOptions>>().Value.PreviousSecret));
        services.AddScoped<WebhookReads>().AddScoped<WebhookCommands>();
        services.AddHealthAction("database", "Start the database, restore the way to it, or make it writable: end its read-only mode or free its disk. Work goes on by itself.");
        services.AddReadiness().AddHealthChecks().AddCheck<DatabaseHealth>("database");
        services.AddApiDocument();
        return builder;
    }

    public static WebApplication MapUploadApi(this WebApplication app)
    {
        app.UseRequestIds();
        app.UseSecurityHeaders(behindTls: app.Services.GetRequiredService<IOptions<ApiOptions>>().Value.PublicUrl!.Scheme == Uri.UriSchemeHttps);
        app.UseRequestBodies(MaxBodyBytes);
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(ErrorHandling.WriteStatusAsync);
        app.UseFrontendCors();
        app.UseJsonInUtf8();
        app.UseAuthentication();
        app.UseAuthorization();
        Routes.Map(app);
        return app;
    }
}
