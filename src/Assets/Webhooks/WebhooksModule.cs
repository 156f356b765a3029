using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Hosting;

namespace Pipeline.Assets.Webhooks;

internal static class WebhooksModule
{
    /// <summary>Registers webhooks without <see cref="WebhookKeys"/>, which the API module makes of its own secrets.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<WebhookOptions>(configuration, WebhookOptions.Section);
        services.AddSingleton<ResolveHost>((host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken));
        services.AddSingleton<AddressPolicy>().AddSingleton<WebhookUrls>().AddSingleton<WebhookClient>().AddSingleton<WebhookSecrets>().AddSingleton<WebhookSignal>();
        services.AddSingleton(new DeliverySchedule(() => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20)));
        services.AddScoped<DueDeliveries>().AddScoped<DeliveryRecorder>().AddScoped<DeliverySender>();
        services.AddScoped<CreateWebhook>().AddScoped<ChangeWebhook>().AddScoped<ReplayDeliveries>().AddScoped<TestWebhook>();
        return services.AddHostedService<WebhookSender>();
    }
}
