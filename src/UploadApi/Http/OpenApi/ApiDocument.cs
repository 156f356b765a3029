using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Pipeline.UploadApi.Http.OpenApi;

/// <summary>The OpenAPI document, from which clients are generated; tests compare it with the server's answers.</summary>
internal static class ApiDocument
{
    public const string HealthTag = "Health";

    private const string About =
        "Turns uploaded photos into published variants: request a URL, PUT the bytes to it, confirm the upload, and poll the asset until it is ready, rejected or failed.";

    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.ShouldInclude = description => description.HttpMethod != HttpMethods.Head;
        options.AddSchemaTransformer(Schemas.TypeNumbersAsync);
        options.AddOperationTransformer(Operations.CompleteAsync);
        options.AddDocumentTransformer((document, context, _) =>
        {
            // The framework would repeat the Host header of the first request.
            var address = context.ApplicationServices.GetRequiredService<IOptions<ApiOptions>>().Value.PublicUrl!;
            document.Servers = [new OpenApiServer { Url = address.AbsoluteUri.TrimEnd('/'), Description = "This server." }];
            document.Info = new OpenApiInfo
            {
                Title = "Pipeline upload API",
                Version = "1",
                Description = About,
                License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
            };
            document.Tags = new HashSet<OpenApiTag>
            {
                new() { Name = "Uploads", Description = "Request an upload URL and confirm the upload." },
                new() { Name = "Batches", Description = "Read and close batches of uploads that were requested together." },
                new() { Name = "Assets", Description = "Read, list, reprocess and delete assets." },
                new() { Name = "Events", Description = "Follow assets and batches live, and read past events." },
                new() { Name = "Webhooks", Description = "Register URLs that get your events, and replay what they missed." },
                new() { Name = "Operators", Description = "Look after the installation. Each route needs a role." },
                new() { Name = HealthTag, Description = "Health checks of the server." },
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
            document.Components.SecuritySchemes[Operations.Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = Operations.Bearer,
                BearerFormat = "JWT",
                Description = "A token with a claim userId, or sub, and an expiry.",
            };
            Schemas.Complete(document);
            HealthPaths.AddTo(document);
            Examples.Add(document);
            return Task.CompletedTask;
        });
    });
}
