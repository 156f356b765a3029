using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pipeline.Bus;

namespace Pipeline.UploadApi.Tests.Hosting;

/// <summary>The bus library sends usage data to its maker some minutes after the start, unless that is disabled.</summary>
public sealed class UsageTelemetryTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_bus_of_the_two_hosts_reports_nothing(bool isApi)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection([new("RabbitMq:Uri", "amqp://guest:guest@127.0.0.1:1/")]);
        _ = isApi ? builder.AddApiBus(_ => { }, (_, _) => { }) : builder.AddWorkerBus(_ => { });

        using var services = builder.Services.BuildServiceProvider();

        services.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled.ShouldBeFalse();
    }
}
