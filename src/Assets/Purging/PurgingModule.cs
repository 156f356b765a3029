using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;

namespace Pipeline.Assets.Purging;

internal static class PurgingModule
{
    public static IServiceCollection AddPurging(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<PurgeOptions>(configuration, PurgeOptions.Section);
        services.AddSingleton<ICachePurge>(provider => provider.GetRequiredService<IOptions<PurgeOptions>>().Value.Cloudflare is { ZoneId: not null, ApiToken: not null } cloudflare
            ? new CloudflarePurge(cloudflare)
            : new NoCache());
        return services.AddScoped<PublicObjects>();
    }
}
