using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets.Streams;

namespace Pipeline.UploadApi.Live;

internal static class LiveModule
{
    public static IServiceCollection AddLive(this IServiceCollection services)
    {
        TicketAuthentication.AddTo(services);
        services.AddSingleton<Subscribers>().AddSingleton<UserSlots>().AddSingleton<Waits>();
        services.AddHostedService<EventHub>();
        services.AddScoped<StreamReads>().AddScoped<CurrentState>().AddScoped<StreamTickets>();
        services.AddSingleton<StreamEndpoint>().AddScoped<TicketEndpoint>().AddScoped<EventPages>();
        return services;
    }
}
